package dev.rescind.platform.kafka;

import dev.rescind.credential.Credential;
import dev.rescind.log.CredentialCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every registration there is, from the beginning, and each that comes, on one thread. After
 * a failure it reads from the beginning again: whoever is told must not mind.
 */
public final class CredentialReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int MAX_POLL_RECORDS = 2_000;

  private final Consumer<Credential> told;
  private final CredentialCodec codec;
  private final List<TopicPartition> partitions;
  private final Map<String, Object> properties;
  private final DistinctErrors errors = new DistinctErrors(LOG, "reading registrations");
  private final Thread thread = new Thread(this::run, "rescind-credential-reader");
  private volatile boolean caughtUp;
  private volatile boolean closing;

  /**
   * @param told of each registration, also of one that was told before
   * @param partitions of the topic
   */
  public CredentialReader(
      Consumer<Credential> told,
      CredentialCodec codec,
      int partitions,
      Map<String, ?> clientProperties) {
    this.told = told;
    this.codec = codec;
    this.partitions =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(Topics.CREDENTIALS, partition))
            .toList();
    this.properties = LogFeed.consumerProperties(clientProperties);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Whether all was read that was there when reading began. */
  public boolean isCaughtUp() {
    return caughtUp;
  }

  private void run() {
    while (!closing) {
      try (var consumer =
          new KafkaConsumer<>(
              properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (!closing) {
          consumer.poll(POLL).forEach(this::read);
          if (!caughtUp) {
            caughtUp =
                ends.entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
          }
          errors.over();
        }
      } catch (RuntimeException e) {
        errors.happened(e);
        pause();
      }
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    if (codec.decode(record.key(), record.value()) instanceof CredentialCodec.Decoded.Read one) {
      CredentialCodec.fromBytes(one.bytes()).ifPresent(told);
    }
  }

  private void pause() {
    try {
      Thread.sleep(1_000);
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
