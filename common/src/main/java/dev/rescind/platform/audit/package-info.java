/** What was done and attempted, as records each of which says what came before it. */
@NullMarked
package dev.rescind.platform.audit;

import org.jspecify.annotations.NullMarked;
