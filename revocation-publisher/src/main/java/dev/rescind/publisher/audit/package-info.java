/** What this publisher writes to the audit, and what it reads there. */
@NullMarked
package dev.rescind.publisher.audit;

import org.jspecify.annotations.NullMarked;
