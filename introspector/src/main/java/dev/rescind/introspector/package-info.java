/** The introspector: its composition root and main. */
@NullMarked
package dev.rescind.introspector;

import org.jspecify.annotations.NullMarked;
