/** The records of the log, their bytes, and positions in it. Pure. */
@NullMarked
package dev.rescind.log;

import org.jspecify.annotations.NullMarked;
