/** Clusters of real processes, real faults, load, and what must hold meanwhile. */
@NullMarked
package dev.rescind.system.faults;

import org.jspecify.annotations.NullMarked;
