/** What a credential is: its syntax, its fingerprint, and what is known of it. Pure. */
@NullMarked
package dev.rescind.credential;

import org.jspecify.annotations.NullMarked;
