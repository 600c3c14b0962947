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
  private final KafkaProducer<byte[], byte[]> producer;
  private final RecordCodec codec;
  private final String topic;

  public LogWriter(Vertx vertx, RecordCodec codec, String topic, Map<String, ?> clientProperties) {
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
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
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
    RecordCodec.Encoded encoded;
    try {
      encoded = codec.encode(record);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
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
