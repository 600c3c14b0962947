/** How long answers take, compared by their causes. */
@NullMarked
package dev.rescind.system.timing;

import org.jspecify.annotations.NullMarked;
