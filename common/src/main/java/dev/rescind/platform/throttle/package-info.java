/** How much callers may ask, and strangers try. */
@NullMarked
package dev.rescind.platform.throttle;

import org.jspecify.annotations.NullMarked;
