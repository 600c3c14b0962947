package dev.rescind.system.faults;

import dev.rescind.log.LiftKeys;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.platform.kafka.Topics;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes to the log past the publishers, with their key and without. */
final class LogAccess implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final RecordCodec authentic;
  private final MacKeys keys;

  LogAccess(FaultCluster cluster) {
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                cluster.bootstrap(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 * 1024,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                2 << 20,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                "socket.connection.setup.timeout.ms",
                "500"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    keys =
        new MacKeys(
            List.of(
                new MacKeys.Key(
                    "faults-1", Base64.getUrlDecoder().decode(cluster.files().macKey()))));
    authentic = new RecordCodec(keys, cluster.files().liftKeys());
  }

  /** A record as anybody who may write to the topic could write it. */
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Raw(String what, byte @Nullable [] key, byte @Nullable [] value) {}

  /** Records that are none, of every kind that we know of. */
  static List<Raw> poison() {
    MacKeys foreign =
        new MacKeys(
            List.of(
                new MacKeys.Key(
                    "faults-1",
                    "another secret of 32 bytes, or so".getBytes(StandardCharsets.US_ASCII))));
    RecordCodec forger = new RecordCodec(foreign, new LiftKeys(List.of(), null));
    RecordCodec.Encoded forged = forger.encode(revoked(0, "https://nobody.example"));
    byte[] future = forged.value().clone();
    future[0] = 99;
    byte[] unknown = forged.value().clone();
    unknown[1] = 77;
    byte[] huge = new byte[1_000_000];
    ThreadLocalRandom.current().nextBytes(huge);
    byte[] nested = "[".repeat(15_000).getBytes(StandardCharsets.US_ASCII);
    byte[] noise = new byte[300];
    ThreadLocalRandom.current().nextBytes(noise);
    List<Raw> all = new ArrayList<>();
    all.add(new Raw("no key", null, forged.value()));
    all.add(new Raw("an empty key", new byte[0], forged.value()));
    all.add(new Raw("an empty value", key("empty"), new byte[0]));
    all.add(new Raw("1 MB", key("huge"), huge));
    all.add(new Raw("another's MAC", forged.key(), forged.value()));
    all.add(new Raw("a future version", key("future"), future));
    all.add(new Raw("an unknown kind", key("unknown"), unknown));
    all.add(new Raw("deep nesting", key("nested"), nested));
    all.add(new Raw("noise", noise.clone(), noise));
    all.add(new Raw("cut short", forged.key(), Arrays.copyOf(forged.value(), 40)));
    all.add(new Raw("a tombstone for nothing", key("tombstone"), null));
    return all;
  }

  private static byte[] key(String text) {
    return (text + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
  }

  /** Writes it, if Kafka lets it in. */
  boolean write(Raw raw) throws InterruptedException {
    try {
      producer
          .send(new ProducerRecord<>(Topics.REVOCATIONS, 0, raw.key(), raw.value()))
          .get(10, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      return false;
    }
  }

  /** What a publisher of the future might write: authentic, and of a kind that nobody knows. */
  void writeUnknownKind() throws Exception {
    byte[] key = key("kind-77");
    byte[] body = {1, 77, 1, 2, 3};
    byte[] tag = keys.tag("rescind.revocations", key, body);
    byte[] value = Arrays.copyOf(body, body.length + tag.length);
    System.arraycopy(tag, 0, value, body.length, tag.length);
    producer
        .send(new ProducerRecord<>(Topics.REVOCATIONS, 0, key, value))
        .get(10, TimeUnit.SECONDS);
  }

  /** Writes so many facts, each of which revokes a token that nobody has. */
  Duration fill(int facts) throws Exception {
    return fill(facts, fact -> {});
  }

  /**
   * Writes facts, as publishers do, and tells of each when all brokers that must have it do.
   *
   * @throws java.util.concurrent.ExecutionException where one was not acknowledged
   */
  Duration fill(int facts, Consumer<LogRecord.Revoked> acknowledged) throws Exception {
    long begin = System.nanoTime();
    Map<LogRecord.Revoked, Future<RecordMetadata>> sent = new LinkedHashMap<>();
    for (int i = 0; i < facts; i++) {
      LogRecord.Revoked fact = revoked(i, "https://filled.example");
      RecordCodec.Encoded record = authentic.encode(fact);
      sent.put(
          fact,
          producer.send(new ProducerRecord<>(Topics.REVOCATIONS, 0, record.key(), record.value())));
      if (sent.size() == 20_000) {
        awaitAll(sent, acknowledged);
      }
    }
    awaitAll(sent, acknowledged);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static void awaitAll(
      Map<LogRecord.Revoked, Future<RecordMetadata>> sent, Consumer<LogRecord.Revoked> acknowledged)
      throws Exception {
    for (var one : sent.entrySet()) {
      one.getValue().get(60, TimeUnit.SECONDS);
      acknowledged.accept(one.getKey());
    }
    sent.clear();
  }

  private static LogRecord.Revoked revoked(int number, String iss) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new LogRecord.Revoked(
        new Revocation(
            new UUID(random.nextLong(), random.nextLong()),
            new Target.TokenId(iss, "jti-" + number),
            Cutoff.ALWAYS,
            null,
            Instant.now(),
            null,
            new Revocation.Circumstances("faults", null, null, false)));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
