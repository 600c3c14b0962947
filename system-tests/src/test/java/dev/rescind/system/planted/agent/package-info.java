/**
 * A Java agent that plants a bug into a service that runs, whose own code has neither bug nor
 * switch.
 */
@NullMarked
package dev.rescind.system.planted.agent;

import org.jspecify.annotations.NullMarked;
