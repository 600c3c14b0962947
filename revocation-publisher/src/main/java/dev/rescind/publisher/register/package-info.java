/** Registering credentials. */
@NullMarked
package dev.rescind.publisher.register;

import org.jspecify.annotations.NullMarked;
