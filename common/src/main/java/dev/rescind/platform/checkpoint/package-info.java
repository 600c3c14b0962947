/** The file from which a node starts instead of the log's beginning. */
@NullMarked
package dev.rescind.platform.checkpoint;

import org.jspecify.annotations.NullMarked;
