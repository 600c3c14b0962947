/** The command line's client side: what it sends to a running cluster, and what it prints. */
@NullMarked
package dev.rescind.standalone.cli;

import org.jspecify.annotations.NullMarked;
