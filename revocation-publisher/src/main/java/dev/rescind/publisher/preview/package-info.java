/** What a revocation would hit. */
@NullMarked
package dev.rescind.publisher.preview;

import org.jspecify.annotations.NullMarked;
