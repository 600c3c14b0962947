package dev.rescind.platform.kafka;

import dev.rescind.log.LogRecord;
import dev.rescind.log.RecordCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Appends records; what it returns is acknowledged by all in-sync replicas. A fact is refused while
 * the topics promise less than configured; barriers are not, for they prove what is there.
 */
public final class LogWriter {

  /** A fact was not taken, or not acknowledged, because it might not last. */
  public static final class NotDurableException extends Exception {
    private static final long serialVersionUID = 1;

    NotDurableException(String why) {
      super(why, null, false, false);
    }
  }

  private final Vertx vertx;
  private final KafkaProducer<byte[], byte[]> producer;
  private final RecordCodec codec;
  private final String topic;
  private final Supplier<@Nullable String> whyNotDurable;

  /**
   * @param whyNotDurable why what is acknowledged now may not last; null while it does
   */
  public LogWriter(
      Vertx vertx,
      RecordCodec codec,
      String topic,
      Map<String, ?> clientProperties,
      Supplier<@Nullable String> whyNotDurable) {
    this.vertx = vertx;
    this.producer = producer(vertx, clientProperties);
    this.codec = codec;
    this.topic = topic;
    this.whyNotDurable = whyNotDurable;
  }

  /**
   * A producer whose every success is durable and whose every failure comes within five seconds.
   */
  public static KafkaProducer<byte[], byte[]> producer(
      Vertx vertx, Map<String, ?> clientProperties) {
    Map<String, Object> properties = Impatience.with(clientProperties);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500);
    // As soon as for the reader, and sooner: what comes after it waits for it.
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_000);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);
    Properties asProperties = new Properties();
    asProperties.putAll(properties);
    KafkaProducer<byte[], byte[]> producer =
        KafkaProducer.create(
            vertx, asProperties, new ByteArraySerializer(), new ByteArraySerializer());
    // Each send's own future says what became of it; without this, each failure is logged as well.
    producer.exceptionHandler(error -> {});
    return producer;
  }

  /**
   * Appends a record and returns its position; for a fact it can fail with a {@link
   * NotDurableException}.
   */
  public Future<Long> append(LogRecord record) {
    if (record instanceof LogRecord.BarrierWritten) {
      return encoded(record).compose(this::send);
    }
    return durably(whyNotDurable, () -> encoded(record).compose(this::send));
  }

  /** Does it only while what is acknowledged lasts, and says that it did only if it still does. */
  static <T> Future<T> durably(
      Supplier<@Nullable String> whyNotDurable, Supplier<Future<T>> append) {
    String before = whyNotDurable.get();
    if (before != null) {
      return Future.failedFuture(new NotDurableException(before));
    }
    return append
        .get()
        .compose(
            appended -> {
              String after = whyNotDurable.get();
              return after == null
                  ? Future.succeededFuture(appended)
                  : Future.failedFuture(new NotDurableException(after));
            });
  }

  private Future<RecordCodec.Encoded> encoded(LogRecord record) {
    if (record instanceof LogRecord.Lifted) {
      // To sign takes as long as some ten other requests: not on an event loop.
      return vertx.executeBlocking(() -> codec.encode(record), false);
    }
    try {
      return Future.succeededFuture(codec.encode(record));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Long> send(RecordCodec.Encoded encoded) {
    return producer
        .send(KafkaProducerRecord.create(topic, encoded.key(), encoded.value(), 0))
        .map(metadata -> metadata.getOffset());
  }

  /** Takes out of the log what is kept under a key; returns the position where that is said. */
  public Future<Long> erase(byte[] key) {
    return producer
        .send(KafkaProducerRecord.<byte[], byte[]>create(topic, key, null, 0))
        .map(metadata -> metadata.getOffset());
  }

  public Future<Void> close() {
    return producer.close(2_000);
  }
}
