/**
 * A whole deployment on a model of time, network and Kafka: deterministic, from one seed, over the
 * project's own deciding core.
 */
@NullMarked
package dev.rescind.system.simulation;

import org.jspecify.annotations.NullMarked;
