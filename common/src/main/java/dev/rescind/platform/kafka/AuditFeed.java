package dev.rescind.platform.kafka;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the audit from its beginning, on one thread of its own, for ever. */
public final class AuditFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditFeed.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int MAX_WAITING = 10_000;
  static final TopicPartition PARTITION = new TopicPartition(AuditTopic.NAME, 0);

  /** Takes what is read, in order, on the feed's thread. */
  public interface Listener {
    void read(byte @Nullable [] value);
  }

  private record Waiting(long offset, CompletableFuture<Void> reached) {}

  private final Vertx vertx;
  private final Listener listener;
  private final Map<String, Object> properties;
  private final DistinctErrors errors = new DistinctErrors(LOG, "reading the audit");
  private final List<Waiting> waiting = new ArrayList<>();
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "rescind-audit-feed");
  private long position = -1;
  private volatile boolean closing;

  public AuditFeed(Vertx vertx, Listener listener, Map<String, ?> clientProperties) {
    this.vertx = vertx;
    this.listener = listener;
    this.properties = LogFeed.consumerProperties(clientProperties);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Completes when all is read that was there when reading began. */
  public Future<Void> caughtUp() {
    return Future.fromCompletionStage(caughtUp, vertx.getOrCreateContext());
  }

  /** Completes, on the caller's context, when that offset is read; fails after the timeout. */
  public Future<Void> await(long offset, Duration timeout) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    synchronized (waiting) {
      if (position >= offset) {
        return Future.succeededFuture();
      }
      if (waiting.size() >= MAX_WAITING) {
        return Future.failedFuture("too many are waiting");
      }
      waiting.add(new Waiting(offset, reached));
    }
    var unused =
        reached
            .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (nothing, error) -> {
                  if (error != null) {
                    synchronized (waiting) {
                      waiting.removeIf(one -> one.reached() == reached);
                    }
                  }
                });
    return Future.fromCompletionStage(reached, vertx.getOrCreateContext());
  }

  private void run() {
    while (!closing) {
      try (var consumer =
          new KafkaConsumer<>(
              properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.assign(List.of(PARTITION));
        long read = position();
        if (read < 0) {
          consumer.seekToBeginning(List.of(PARTITION));
        } else {
          consumer.seek(PARTITION, read + 1);
        }
        long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        while (!closing) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            listener.read(record.value());
            reached(record.offset());
          }
          errors.over();
          if (consumer.position(PARTITION) >= end) {
            caughtUp.complete(null);
          }
        }
      } catch (InvalidOffsetException e) {
        LOG.error("The audit was cut or made anew: it is read from its beginning");
        reached(-1);
        pause(1_000);
      } catch (RuntimeException e) {
        errors.happened(e);
        pause(100);
      }
    }
  }

  private long position() {
    synchronized (waiting) {
      return position;
    }
  }

  private void reached(long offset) {
    List<CompletableFuture<Void>> done = new ArrayList<>();
    synchronized (waiting) {
      position = offset;
      waiting.removeIf(
          one -> {
            boolean is = one.offset() <= offset;
            if (is) {
              done.add(one.reached());
            }
            return is;
          });
    }
    done.forEach(one -> one.complete(null));
  }

  private void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  /** Stops reading; returns when the thread has ended, or after two seconds. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
