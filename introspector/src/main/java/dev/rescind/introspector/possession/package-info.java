/** What a resource server says that its client proved to hold: RFC 9449, RFC 8705. */
@NullMarked
package dev.rescind.introspector.possession;

import org.jspecify.annotations.NullMarked;
