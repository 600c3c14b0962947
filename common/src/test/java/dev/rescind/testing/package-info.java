/** What the tests of several modules share. */
@NullMarked
package dev.rescind.testing;

import org.jspecify.annotations.NullMarked;
