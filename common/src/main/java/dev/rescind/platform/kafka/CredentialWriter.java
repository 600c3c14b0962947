package dev.rescind.platform.kafka;

import dev.rescind.credential.Credential;
import dev.rescind.log.CredentialCodec;
import dev.rescind.log.RecordCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.util.Map;

/** Appends registrations; what it returns is acknowledged by all in-sync replicas. */
public final class CredentialWriter {
  /** Where a registration is in its topic. */
  public record At(int partition, long offset) {}

  private final KafkaProducer<byte[], byte[]> producer;
  private final CredentialCodec codec;
  private final int partitions;

  /**
   * @param partitions of the topic
   */
  public CredentialWriter(
      Vertx vertx, CredentialCodec codec, int partitions, Map<String, ?> clientProperties) {
    this.producer = LogWriter.producer(vertx, clientProperties);
    this.codec = codec;
    this.partitions = partitions;
  }

  public Future<At> append(Credential credential) {
    RecordCodec.Encoded encoded;
    try {
      encoded = codec.encode(credential);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    int partition = CredentialCodec.partition(credential.fingerprint(), partitions);
    return producer
        .send(
            KafkaProducerRecord.create(
                Topics.CREDENTIALS, encoded.key(), encoded.value(), partition))
        .map(metadata -> new At(partition, metadata.getOffset()));
  }

  public Future<Void> close() {
    return producer.close(2_000);
  }
}
