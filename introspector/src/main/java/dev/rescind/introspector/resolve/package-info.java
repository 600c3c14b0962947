/** Finding the credential behind a token: remembered, in the grid, or verified. */
@NullMarked
package dev.rescind.introspector.resolve;

import org.jspecify.annotations.NullMarked;
