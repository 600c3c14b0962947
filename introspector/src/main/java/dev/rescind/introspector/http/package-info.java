/** The introspection endpoint, RFC 7662, and its metadata, RFC 8414. */
@NullMarked
package dev.rescind.introspector.http;

import org.jspecify.annotations.NullMarked;
