/** A node's own view of the log: index, freshness and state, moved on record by record. Pure. */
@NullMarked
package dev.rescind.replica;

import org.jspecify.annotations.NullMarked;
