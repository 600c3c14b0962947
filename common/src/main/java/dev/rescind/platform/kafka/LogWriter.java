package dev.rescind.platform.kafka;

import dev.rescind.log.LogRecord;
import dev.rescind.log.RecordCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Appends records; what it returns is acknowledged by all in-sync replicas. */
public final class LogWriter {
  private final Vertx vertx;
  private final KafkaProducer<byte[], byte[]> producer;
  private final RecordCodec codec;
  private final String topic;

  public LogWriter(Vertx vertx, RecordCodec codec, String topic, Map<String, ?> clientProperties) {
    this.vertx = vertx;
    this.producer = producer(vertx, clientProperties);
    this.codec = codec;
    this.topic = topic;
  }

  /**
   * A producer whose every success is durable and whose every failure comes within five seconds.
   */
  public static KafkaProducer<byte[], byte[]> producer(
      Vertx vertx, Map<String, ?> clientProperties) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500);
    // As soon as for the reader, and sooner: what comes after it waits for it.
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_000);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);
    properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20);
    properties.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
    properties.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, 20);
    properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    Properties asProperties = new Properties();
    asProperties.putAll(properties);
    KafkaProducer<byte[], byte[]> producer =
        KafkaProducer.create(
            vertx, asProperties, new ByteArraySerializer(), new ByteArraySerializer());
    // Each send's own future says what became of it; without this, each failure is logged as well.
    producer.exceptionHandler(error -> {});
    return producer;
  }

  /** Appends a record and returns its position. */
  public Future<Long> append(LogRecord record) {
    if (record instanceof LogRecord.Lifted) {
      // To sign takes as long as some ten other requests: not on an event loop.
      return vertx.executeBlocking(() -> codec.encode(record), false).compose(this::send);
    }
    try {
      return send(codec.encode(record));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Long> send(RecordCodec.Encoded encoded) {
    return producer
        .send(KafkaProducerRecord.create(topic, encoded.key(), encoded.value(), 0))
        .map(metadata -> metadata.getOffset());
  }

  public Future<Void> close() {
    return producer.close(2_000);
  }
}
