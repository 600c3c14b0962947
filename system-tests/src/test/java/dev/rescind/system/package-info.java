/** Tests of whole clusters, and of what the documents say of them. */
@NullMarked
package dev.rescind.system;

import org.jspecify.annotations.NullMarked;
