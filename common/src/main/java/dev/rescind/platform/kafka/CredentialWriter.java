package dev.rescind.platform.kafka;

import dev.rescind.credential.Credential;
import dev.rescind.log.CredentialCodec;
import dev.rescind.log.RecordCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Appends registrations; what it returns is acknowledged by all in-sync replicas. They are refused
 * while the topics promise less than configured.
 */
public final class CredentialWriter {
  /** Where a registration is in its topic. */
  public record At(int partition, long offset) {}

  private final KafkaProducer<byte[], byte[]> producer;
  private final CredentialCodec codec;
  private final int partitions;
  private final Supplier<@Nullable String> whyNotDurable;

  /**
   * @param partitions of the topic
   * @param whyNotDurable why what is acknowledged now may not last; null while it does
   */
  public CredentialWriter(
      Vertx vertx,
      CredentialCodec codec,
      int partitions,
      Map<String, ?> clientProperties,
      Supplier<@Nullable String> whyNotDurable) {
    this.producer = LogWriter.producer(vertx, clientProperties);
    this.codec = codec;
    this.partitions = partitions;
    this.whyNotDurable = whyNotDurable;
  }

  /** Appends; can fail with a {@link LogWriter.NotDurableException}. */
  public Future<At> append(Credential credential) {
    RecordCodec.Encoded encoded;
    try {
      encoded = codec.encode(credential);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    int partition = CredentialCodec.partition(credential.fingerprint(), partitions);
    return LogWriter.durably(
        whyNotDurable,
        () ->
            producer
                .send(
                    KafkaProducerRecord.create(
                        Topics.CREDENTIALS, encoded.key(), encoded.value(), partition))
                .map(metadata -> new At(partition, metadata.getOffset())));
  }

  public Future<Void> close() {
    return producer.close(2_000);
  }
}
