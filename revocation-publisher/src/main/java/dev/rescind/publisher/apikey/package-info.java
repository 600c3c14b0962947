/** API keys: made here, shown once, and credentials like any other from then on. */
@NullMarked
package dev.rescind.publisher.apikey;

import org.jspecify.annotations.NullMarked;
