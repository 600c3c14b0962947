/** Health and metrics, on a port of their own. */
@NullMarked
package dev.rescind.platform.management;

import org.jspecify.annotations.NullMarked;
