/** Callers that try tokens. */
@NullMarked
package dev.rescind.introspector.scan;

import org.jspecify.annotations.NullMarked;
