package dev.rescind.platform.kafka;

import dev.rescind.replica.Replica;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log from its beginning into a replica, on one thread of its own, for ever. A poll that
 * fails is retried, with a pause; a position that the log no longer has ends the trust in the
 * replica. The plain consumer serves better here than the event-driven one: a batch is applied by
 * one thread without a hop, and what it throws is ours to handle.
 */
public final class LogFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int MAX_WAITING = 10_000;

  private record Waiting(long position, CompletableFuture<Void> reached) {}

  private final Vertx vertx;
  private final Replica replica;
  private final Runnable betweenPolls;
  private final TopicPartition partition;
  private final Map<String, Object> properties;
  private final DistinctErrors errors = new DistinctErrors(LOG, "reading the log");
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>((a, b) -> Long.compare(a.position(), b.position()));
  private final Thread thread = new Thread(this::run, "rescind-log-feed");

  private volatile boolean closing;

  /**
   * @param betweenPolls what else the replica's one writer has to do, in some milliseconds
   */
  public LogFeed(
      Vertx vertx,
      Replica replica,
      Runnable betweenPolls,
      String topic,
      Map<String, ?> clientProperties) {
    this.vertx = vertx;
    this.replica = replica;
    this.betweenPolls = betweenPolls;
    this.partition = new TopicPartition(topic, 0);
    this.properties = consumerProperties(clientProperties);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    // A start reads gigabytes: in few answers, of which the next is under way meanwhile.
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
    properties.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, 1024 * 1024);
    thread.setDaemon(true);
  }

  /** Of a consumer that commits nothing, hears of a record at once, and retries soon. */
  static Map<String, Object> consumerProperties(Map<String, ?> clientProperties) {
    Map<String, Object> properties = Impatience.with(clientProperties);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    // A leader that is gone and resets no connection is found out within the staleness bound.
    properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_500);
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    return properties;
  }

  public void start() {
    thread.start();
  }

  /**
   * Completes, on the caller's context, when the replica has applied {@code position}; fails with a
   * {@link java.util.concurrent.TimeoutException} after {@code timeout}, or at once when too many
   * are waiting.
   */
  public Future<Void> await(long position, Duration timeout) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    synchronized (waiting) {
      if (replica.position() >= position) {
        return Future.succeededFuture();
      }
      if (waiting.size() >= MAX_WAITING) {
        return Future.failedFuture("too many are waiting");
      }
      waiting.add(new Waiting(position, reached));
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

  /** How often reading failed since the start. */
  public long failures() {
    return errors.count();
  }

  /** What reading fails with; null while it works. */
  public @Nullable String lastError() {
    return errors.last();
  }

  private void run() {
    while (!closing) {
      try (var consumer =
          new KafkaConsumer<>(
              properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.assign(List.of(partition));
        if (replica.position() < 0) {
          consumer.seekToBeginning(List.of(partition));
        } else {
          consumer.seek(partition, replica.position() + 1);
        }
        while (!closing) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            apply(record);
          }
          errors.over();
          wakeReached();
          betweenPolls.run();
        }
      } catch (InvalidOffsetException e) {
        replica.distrust("the log no longer holds position " + (replica.position() + 1));
        LOG.error("The log was cut or made anew: {}. This node no longer answers.", e.getMessage());
        return;
      } catch (WakeupException e) {
        LOG.debug("The feed was woken to close");
      } catch (RuntimeException e) {
        // Whatever it is, the replica goes stale by itself within its bound; reading goes on.
        errors.happened(e);
        pause();
      }
    }
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    if (record.offset() <= replica.position()) {
      throw new IllegalStateException("the log went back to position " + record.offset());
    }
    replica.apply(record.offset(), record.timestamp(), record.key(), record.value());
  }

  private void wakeReached() {
    while (true) {
      Waiting first;
      synchronized (waiting) {
        first = waiting.peek();
        if (first == null || first.position() > replica.position()) {
          return;
        }
        waiting.poll();
      }
      first.reached().complete(null);
    }
  }

  private void pause() {
    try {
      Thread.sleep(100);
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
