/**
 * What was asked and answered, operation by operation, and the check of it against the promises.
 */
@NullMarked
package dev.rescind.system.history;

import org.jspecify.annotations.NullMarked;
