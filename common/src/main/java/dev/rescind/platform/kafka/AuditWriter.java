package dev.rescind.platform.kafka;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.util.Map;

/** Appends to the audit; what it returns is acknowledged by all in-sync replicas. */
public final class AuditWriter {
  private final KafkaProducer<byte[], byte[]> producer;

  public AuditWriter(Vertx vertx, Map<String, ?> clientProperties) {
    producer = LogWriter.producer(vertx, clientProperties);
  }

  /** Appends, and returns the offset. */
  public Future<Long> append(byte[] value) {
    return producer
        .send(KafkaProducerRecord.<byte[], byte[]>create(AuditTopic.NAME, null, value, 0))
        .map(metadata -> metadata.getOffset());
  }

  public Future<Void> close() {
    return producer.close(2_000);
  }
}
