/** JSON read strictly, and the text of an active answer's members. */
@NullMarked
package dev.rescind.platform.json;

import org.jspecify.annotations.NullMarked;
