package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.log.LiftKeys;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.revocation.Lift;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node that was taken over can write: it has the MAC key, and may write to the log. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ForgedRecordsIT {
  @TempDir static Path data;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 1).start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  private static void write(RecordCodec.Encoded record) throws Exception {
    try (RawLog log = RawLog.of(cluster)) {
      log.write(record.key(), record.value());
    }
  }

  private static RecordCodec.Encoded lift(UUID revocation, LiftKeys by) {
    return new RecordCodec(cluster.macKeys(), by)
        .encode(new LogRecord.Lifted(new Lift(revocation, Instant.EPOCH, "admin")));
  }

  /** A lift as it was before lifts were signed: with a MAC alone. */
  private static RecordCodec.Encoded unsigned(RecordCodec.Encoded lift) {
    byte[] body = Arrays.copyOf(lift.value(), lift.value().length - MacKeys.TAG_BYTES - 68);
    byte[] tag = cluster.macKeys().tag("rescind.revocations", lift.key(), body);
    return new RecordCodec.Encoded(
        lift.key(), ByteBuffer.allocate(body.length + tag.length).put(body).put(tag).array());
  }

  private static LiftKeys forger(String id) {
    LiftPair pair = LiftPair.generate();
    return new LiftKeys(List.of(), new LiftKeys.Signing(id, pair.pair().getPrivate()));
  }

  private static double quarantined(String cause) throws Exception {
    return Metrics.of(cluster, cluster.managementUrl(1))
        .value("rescind_log_quarantined_total{cause=\"" + cause + "\"}");
  }

  @Test
  void aLiftThatNoPublisherSigned_liftsNothing_isCountedAndSaid() throws Exception {
    String token = Tokens.opaque();
    cluster.post(
        "/v1/credentials",
        Caller.AUTHORIZATION_SERVER,
        "{\"token\":\"" + token + "\",\"type\":\"access_token\"}");
    Answer revoked =
        cluster.post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}");
    String id = revoked.body().replaceAll(".*?\"id\":\"([^\"]+)\".*", "$1");
    assertThat(cluster.isInactiveEverywhere(token)).isTrue();

    write(lift(UUID.fromString(id), forger("test")));
    write(lift(UUID.fromString(id), forger("another")));
    write(unsigned(lift(UUID.fromString(id), forger("test"))));

    Await.until("a forged lift is counted", () -> quarantined("lift_forged") == 1);
    Await.until("one under an unknown key is", () -> quarantined("lift_key_unknown") == 1);
    Await.until("one without a signature is", () -> quarantined("lift_unsigned") == 1);
    assertThat(cluster.isInactiveEverywhere(token)).isTrue();
    assertThat(
            cluster
                .send(
                    "GET",
                    cluster.publisherUrl() + "/v1/revocations/" + id,
                    Caller.ADMIN,
                    null,
                    null)
                .body())
        .doesNotContain("lifted_at");
    Answer ready = cluster.get(cluster.managementUrl(1) + "/health/ready");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.body()).contains("lift_forged", "lift_key_unknown", "lift_unsigned");

    Answer lifted =
        cluster.send(
            "DELETE", cluster.publisherUrl() + "/v1/revocations/" + id, Caller.ADMIN, null, null);
    assertThat(lifted.status()).as(lifted.body()).isEqualTo(200);
    Await.until("a signed lift counts", () -> cluster.isActiveEverywhere(token));
  }
}
