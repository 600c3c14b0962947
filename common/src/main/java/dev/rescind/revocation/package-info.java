/** What a revocation names, and the index of all facts in force. Pure. */
@NullMarked
package dev.rescind.revocation;

import org.jspecify.annotations.NullMarked;
