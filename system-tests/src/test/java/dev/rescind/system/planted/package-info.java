/** Bugs planted on purpose, each of which a run must find: otherwise the checks check nothing. */
@NullMarked
package dev.rescind.system.planted;

import org.jspecify.annotations.NullMarked;
