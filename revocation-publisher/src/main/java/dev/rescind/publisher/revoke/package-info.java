/** Revoking: requests, the register of all revocations, and their confirmation by the nodes. */
@NullMarked
package dev.rescind.publisher.revoke;

import org.jspecify.annotations.NullMarked;
