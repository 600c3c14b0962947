/** The demo issuer's keys and the tokens it signs, as asked, for testing. */
@NullMarked
package dev.rescind.standalone.mint;

import org.jspecify.annotations.NullMarked;
