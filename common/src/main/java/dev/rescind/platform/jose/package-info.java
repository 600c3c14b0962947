/** What issuers sign: their configuration, their keys, and the verification of their JWTs. */
@NullMarked
package dev.rescind.platform.jose;

import org.jspecify.annotations.NullMarked;
