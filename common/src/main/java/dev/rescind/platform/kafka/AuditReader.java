package dev.rescind.platform.kafka;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads parts of the audit when they are asked for, one after the other, off the event loops. */
public final class AuditReader {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int MAX_WAITING = 16;

  /** Takes what is read until it has enough. */
  public interface Visitor {
    /** Whether more is wanted. */
    boolean visit(long offset, byte @Nullable [] value);
  }

  /**
   * How far was read.
   *
   * @param start the offset at which the audit begins: 0, or records are gone
   * @param complete whether the end was reached
   */
  public record Extent(long start, boolean complete) {}

  private final WorkerExecutor worker;
  private final Map<String, Object> properties;
  private final AtomicInteger waiting = new AtomicInteger();

  public AuditReader(Vertx vertx, Map<String, ?> clientProperties) {
    worker = vertx.createSharedWorkerExecutor("rescind-audit-reader", 1);
    properties = LogFeed.consumerProperties(clientProperties);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
  }

  /**
   * Reads from an offset, or a time if that is later, to the end, as it is now.
   *
   * @param limit after which reading ends where it is
   */
  public Future<Extent> read(long from, @Nullable Instant since, Duration limit, Visitor visitor) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture("too many are reading the audit");
    }
    return worker
        .executeBlocking(() -> readNow(from, since, limit, visitor), true)
        .onComplete(done -> waiting.decrementAndGet());
  }

  private Extent readNow(long from, @Nullable Instant since, Duration limit, Visitor visitor) {
    long began = System.nanoTime();
    TopicPartition partition = AuditFeed.PARTITION;
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      long start = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long first = Math.max(start, from);
      if (since != null) {
        OffsetAndTimestamp found =
            consumer.offsetsForTimes(Map.of(partition, since.toEpochMilli())).get(partition);
        first = found == null ? end : Math.max(first, found.offset());
      }
      consumer.seek(partition, Math.min(first, end));
      while (consumer.position(partition) < end) {
        if (System.nanoTime() - began > limit.toNanos()) {
          return new Extent(start, false);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (!visitor.visit(record.offset(), record.value())) {
            return new Extent(start, false);
          }
        }
      }
      return new Extent(start, true);
    }
  }

  public Future<Void> close() {
    return worker.close();
  }
}
