/** The log in Kafka: reading it into a replica, and writing facts and barriers to it. */
@NullMarked
package dev.rescind.platform.kafka;

import org.jspecify.annotations.NullMarked;
