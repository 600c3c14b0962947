/** The publisher's composition. */
@NullMarked
package dev.rescind.publisher;

import org.jspecify.annotations.NullMarked;
