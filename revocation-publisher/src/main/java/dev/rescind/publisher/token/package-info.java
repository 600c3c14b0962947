/** Revoking single tokens for the clients that hold them (RFC 7009). */
@NullMarked
package dev.rescind.publisher.token;

import org.jspecify.annotations.NullMarked;
