/** What this side signs and encrypts for others: introspection answers, RFC 9701. */
@NullMarked
package dev.rescind.platform.sign;

import org.jspecify.annotations.NullMarked;
