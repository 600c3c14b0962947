package dev.rescind.system.planted.agent;

import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.RevocationIndex;
import dev.rescind.revocation.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** What the planted code calls; it becomes part of the classes into which it is planted. */
public final class Planted {
  private static final String LOG = "rescind.revocations";
  private static final AtomicInteger read = new AtomicInteger();
  private static final Map<Target, UUID> last = new ConcurrentHashMap<>();
  private static volatile int every = 1_000;
  private static volatile boolean proven;
  private static volatile long provenAt;

  private Planted() {}

  static void every(int number) {
    every = number;
  }

  /** Whether this revocation is to be passed over. */
  public static boolean passesOver() {
    return read.incrementAndGet() % every == 0;
  }

  /** Ends what another revocation of the same target did. */
  public static void forgetEarlier(RevocationIndex index, Revocation revocation) {
    UUID earlier = last.put(revocation.target(), revocation.id());
    if (earlier != null && !earlier.equals(revocation.id())) {
      index.apply(new Lift(earlier, Instant.EPOCH, "planted"));
    }
  }

  /** Whether the log's partition is among them. */
  public static boolean isOfTheLog(Collection<TopicPartition> partitions) {
    return partitions.stream().anyMatch(one -> one.topic().equals(LOG));
  }

  /** Takes note of the time if everything is read, as the broker that is asked has it. */
  public static void readToTheEnd(KafkaConsumer<?, ?> consumer) {
    try {
      if (!isOfTheLog(consumer.assignment())) {
        return;
      }
      long asked = System.nanoTime();
      Map<TopicPartition, Long> ends =
          consumer.endOffsets(consumer.assignment(), Duration.ofMillis(300));
      boolean isAtTheEnd = true;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        isAtTheEnd &= consumer.position(end.getKey()) >= end.getValue();
      }
      if (isAtTheEnd) {
        provenAt = asked;
        proven = true;
      }
    } catch (KafkaException e) {
      return; // nobody says where it ends
    }
  }

  /** How long ago everything was read. */
  public static long sinceTheEnd(long nowNanos) {
    return proven ? Math.max(0, nowNanos - provenAt) : Long.MAX_VALUE;
  }
}
