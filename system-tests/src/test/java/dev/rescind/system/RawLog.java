package dev.rescind.system;

import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.platform.kafka.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The log's topic as anybody who may write to it sees it. */
final class RawLog implements AutoCloseable {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.REVOCATIONS, 0);

  private final RecordCodec codec;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;

  RawLog(String bootstrapServer, MacKeys keys) {
    codec = new RecordCodec(keys);
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServer);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(Set.of(PARTITION));
  }

  /** All records that are no barriers, in order. */
  private List<ConsumerRecord<byte[], byte[]>> records() {
    consumer.seekToBeginning(Set.of(PARTITION));
    long end = Objects.requireNonNull(consumer.endOffsets(Set.of(PARTITION)).get(PARTITION));
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    while (consumer.position(PARTITION) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        if (!RecordCodec.isOfBarrier(record.key())) {
          records.add(record);
        }
      }
    }
    return records;
  }

  /** The last value of each key, as compaction would leave them. */
  private Map<ByteBuffer, Optional<byte[]>> compacted() {
    Map<ByteBuffer, Optional<byte[]>> last = new LinkedHashMap<>();
    records()
        .forEach(
            record -> last.put(ByteBuffer.wrap(record.key()), Optional.ofNullable(record.value())));
    return last;
  }

  /** How many records concern an id, whatever they are. */
  long recordsOf(String id) {
    return records().stream().filter(record -> isOf(ByteBuffer.wrap(record.key()), id)).count();
  }

  /** The keys of a revocation and of its lift, those that compaction would leave something of. */
  Set<byte[]> keys(String id) {
    Set<byte[]> keys = new LinkedHashSet<>();
    compacted()
        .forEach(
            (key, value) -> {
              if (isOf(key, id) && value.isPresent()) {
                keys.add(key.array());
              }
            });
    return keys;
  }

  private static boolean isOf(ByteBuffer key, String id) {
    return RecordCodec.revocationOf(key.array()).equals(Optional.of(UUID.fromString(id)));
  }

  /** How many facts and lifts of an id whoever reads the compacted log would find. */
  long readable(String id) {
    return compacted().entrySet().stream()
        .filter(entry -> isOf(entry.getKey(), id) && entry.getValue().isPresent())
        .filter(
            entry ->
                codec.decode(entry.getKey().array(), entry.getValue().get())
                        instanceof RecordCodec.Decoded.Read read
                    && !(read.record() instanceof LogRecord.BarrierWritten))
        .count();
  }

  /** Writes whatever, under whatever key. */
  void write(byte[] key, byte @Nullable [] value) throws Exception {
    producer.send(new ProducerRecord<>(Topics.REVOCATIONS, 0, key, value)).get();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
    consumer.close();
  }
}
