/** Barriers, staleness and the states of a node. Pure. */
@NullMarked
package dev.rescind.freshness;

import org.jspecify.annotations.NullMarked;
