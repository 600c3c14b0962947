/** What of an active answer a caller is told. */
@NullMarked
package dev.rescind.introspector.disclose;

import org.jspecify.annotations.NullMarked;
