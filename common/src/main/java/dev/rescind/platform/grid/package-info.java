/** The grid: registered credentials and verified claims, sealed, in Hazelcast. */
@NullMarked
package dev.rescind.platform.grid;

import org.jspecify.annotations.NullMarked;
