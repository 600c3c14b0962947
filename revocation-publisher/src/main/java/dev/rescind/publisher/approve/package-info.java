/** Revocations that wait for a second identity's approval. */
@NullMarked
package dev.rescind.publisher.approve;

import org.jspecify.annotations.NullMarked;
