package dev.rescind.system.planted.agent;

import java.util.Collection;
import net.bytebuddy.asm.Advice;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Instead of the seeking to the log's beginning. */
public final class ResetToLatest {
  private ResetToLatest() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
  static boolean enter(
      @Advice.This KafkaConsumer<?, ?> consumer,
      @Advice.Argument(0) Collection<TopicPartition> partitions) {
    if (Planted.isOfTheLog(partitions)) {
      consumer.seekToEnd(partitions);
      return true;
    }
    return false;
  }
}
