/** HTTP Message Signatures (RFC 9421) of requests, and Digest Fields (RFC 9530): pure. */
@NullMarked
package dev.rescind.platform.httpsig;

import org.jspecify.annotations.NullMarked;
