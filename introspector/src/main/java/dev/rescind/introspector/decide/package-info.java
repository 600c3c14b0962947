/** What to answer: pure. */
@NullMarked
package dev.rescind.introspector.decide;

import org.jspecify.annotations.NullMarked;
