/** The publisher's HTTP surface. */
@NullMarked
package dev.rescind.publisher.http;

import org.jspecify.annotations.NullMarked;
