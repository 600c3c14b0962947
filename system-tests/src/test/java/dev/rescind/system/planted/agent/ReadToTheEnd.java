package dev.rescind.system.planted.agent;

import net.bytebuddy.asm.Advice;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** After each poll. */
public final class ReadToTheEnd {
  private ReadToTheEnd() {}

  @Advice.OnMethodExit
  static void exit(@Advice.This KafkaConsumer<?, ?> consumer) {
    Planted.readToTheEnd(consumer);
  }
}
