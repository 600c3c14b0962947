/** Keeping the log: what was written over is appended again, what is over is taken out. */
@NullMarked
package dev.rescind.publisher.keep;

import org.jspecify.annotations.NullMarked;
