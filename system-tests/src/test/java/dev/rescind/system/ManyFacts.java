package dev.rescind.system;

import dev.rescind.credential.Fingerprint;
import dev.rescind.log.LogRecord;
import dev.rescind.log.RecordCodec;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Facts by number, as publishers write them: of ten, four name a token, two a session, two a
 * subject, one a grant and one a client. Each thousandth is lifted.
 */
record ManyFacts(String iss, int count) {
  private static final int LIFTED = 1_000;

  static String name(int fact) {
    return "name-" + fact;
  }

  private static boolean isLifted(int fact) {
    return fact % LIFTED == 7;
  }

  private Target target(int fact) {
    return switch (fact % 10) {
      case 0, 1 -> new Target.Token(Fingerprint.of(name(fact)));
      case 2, 3 -> new Target.TokenId(iss, name(fact));
      case 4, 5 -> new Target.Session(iss, name(fact));
      case 6, 7 -> new Target.Subject(iss, name(fact));
      case 8 -> new Target.Grant(iss, name(fact));
      default -> new Target.Client(iss, name(fact));
    };
  }

  private Revocation revocation(int fact) {
    Target target = target(fact);
    Instant now = Instant.now();
    return new Revocation(
        new UUID(0x1234_5678_9abc_4defL, fact),
        target,
        target.type().alwaysByDefault()
            ? Cutoff.ALWAYS
            : new Cutoff(now.plusSeconds(3_600).getEpochSecond()),
        null,
        now,
        fact % 2 == 0 ? now.plusSeconds(86_400) : null,
        new Revocation.Circumstances("test-admin", "leaked", null, false));
  }

  /** Writes them all; returns how many records that were. */
  int writeTo(Map<String, Object> client, String topic, RecordCodec codec) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    AtomicReference<Exception> failed = new AtomicReference<>();
    int written = 0;
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int fact = 0; fact < count; fact++) {
        Revocation revocation = revocation(fact);
        send(producer, topic, codec.encode(new LogRecord.Revoked(revocation)), failed);
        written++;
        if (isLifted(fact)) {
          Lift lift = new Lift(revocation.id(), Instant.now(), "test-admin");
          send(producer, topic, codec.encode(new LogRecord.Lifted(lift)), failed);
          written++;
        }
      }
    }
    if (failed.get() != null) {
      throw new IllegalStateException("a record was not taken", failed.get());
    }
    return written;
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      RecordCodec.Encoded record,
      AtomicReference<Exception> failed) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, record.key(), record.value()),
            (metadata, exception) -> {
              if (exception != null) {
                failed.compareAndSet(null, exception);
              }
            });
  }
}
