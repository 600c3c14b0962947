package dev.rescind.system;

import dev.rescind.log.RecordCodec;
import dev.rescind.log.RecordCodec.Decoded;
import dev.rescind.platform.kafka.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
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

  private RawLog(String bootstrapServer, RecordCodec codec) {
    this.codec = codec;
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServer);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(Set.of(PARTITION));
  }

  static RawLog of(Cluster cluster) {
    return new RawLog(cluster.bootstrapServer(), Cluster.codecOfAnyNode());
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

  /** How many records concern an id, whatever they are. */
  long recordsOf(String id) {
    return records().stream().filter(record -> isOf(record, id)).count();
  }

  /** Of what concerns an id, the last record of each key, as compaction would leave them. */
  private List<ConsumerRecord<byte[], byte[]>> compacted(String id) {
    Map<ByteBuffer, ConsumerRecord<byte[], byte[]>> last = new LinkedHashMap<>();
    records().stream()
        .filter(record -> isOf(record, id))
        .forEach(record -> last.put(ByteBuffer.wrap(record.key()), record));
    return last.values().stream().filter(record -> record.value() != null).toList();
  }

  private static boolean isOf(ConsumerRecord<byte[], byte[]> record, String id) {
    return RecordCodec.revocationOf(record.key()).equals(Optional.of(UUID.fromString(id)));
  }

  /** The keys of a revocation and of its lift under which compaction would leave something. */
  List<byte[]> keys(String id) {
    return compacted(id).stream().map(ConsumerRecord::key).toList();
  }

  /** How many facts and lifts of an id whoever reads the compacted log would find. */
  long readable(String id) {
    return compacted(id).stream()
        .filter(record -> isReadable(record.key(), record.value()))
        .count();
  }

  private boolean isReadable(byte[] key, byte[] value) {
    Decoded decoded = codec.decode(key, value);
    if (decoded instanceof Decoded.Claimed lift) {
      decoded = codec.verify(lift);
    }
    return decoded instanceof Decoded.Read read
        && Arrays.equals(key, RecordCodec.keyOf(read.record()));
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
