/** Who calls, how that is proven, and what it may do. */
@NullMarked
package dev.rescind.platform.identity;

import org.jspecify.annotations.NullMarked;
