package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rescind.platform.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * S4: what is written over in the log is appended again; what is over, and only that, leaves it.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class KeptLogIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path data;

  /** Returns the id. */
  private static String revoke(Cluster cluster, String token, String more) throws Exception {
    Answer answer =
        cluster.post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}" + more + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return JSON.readTree(answer.body()).path("id").asText();
  }

  private static void lift(Cluster cluster, String id) throws Exception {
    Answer answer =
        cluster.send(
            "DELETE", cluster.publisherUrl() + "/v1/revocations/" + id, Caller.ADMIN, null, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static int status(Cluster cluster, String id) throws Exception {
    return cluster
        .send("GET", cluster.publisherUrl() + "/v1/revocations/" + id, Caller.ADMIN, null, null)
        .status();
  }

  private static double metric(Cluster cluster, String url, String name) throws Exception {
    return cluster
        .get(url + "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  @Test
  void whatIsErasedOrWrittenOverIsAppendedAgain_andANodeThatStartsLaterRefusesIt()
      throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start();
        RawLog log = RawLog.of(cluster)) {
      String erased = cluster.register();
      String overwritten = cluster.register();
      String lifted = cluster.register();
      String erasedId = revoke(cluster, erased, "");
      String overwrittenId = revoke(cluster, overwritten, "");
      String liftedId = revoke(cluster, lifted, "");
      lift(cluster, liftedId);

      for (byte[] key : log.keys(erasedId)) {
        log.write(key, null);
      }
      for (byte[] key : log.keys(overwrittenId)) {
        log.write(key, new byte[] {1, 1, 7});
      }
      for (byte[] key : log.keys(liftedId)) {
        log.write(key, null);
      }

      Await.until("the erased fact is there again", () -> log.readable(erasedId) == 1);
      Await.until("the overwritten fact is there again", () -> log.readable(overwrittenId) == 1);
      Await.until("the fact and its lift are there again", () -> log.readable(liftedId) == 2);
      assertThat(metric(cluster, cluster.publisherManagementUrl(), "rescind_log_repaired_total"))
          .isGreaterThanOrEqualTo(4);
      cluster.stopIntrospector(1);
      cluster.startIntrospector(1);
      assertThat(cluster.isInactiveEverywhere(erased)).isTrue();
      assertThat(cluster.isInactiveEverywhere(overwritten)).isTrue();
      Await.until("what was lifted is active", () -> cluster.isActiveEverywhere(lifted));
    }
  }

  @Test
  void whatWasWrittenOverWhileNoPublisherRan_isAppendedAgainAtItsStart() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start();
        RawLog log = RawLog.of(cluster)) {
      String id = revoke(cluster, cluster.register(), "");
      cluster.stopPublisher();
      for (byte[] key : log.keys(id)) {
        log.write(key, new byte[100]);
      }
      assertThat(log.readable(id)).isZero();

      cluster.startPublisher();

      Await.until("the fact is there again", () -> log.readable(id) == 1);
    }
  }

  @Test
  void compactionLeavesWhatWasAppendedAgain() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start();
        RawLog log = RawLog.of(cluster)) {
      String token = cluster.register();
      String id = revoke(cluster, token, "");
      for (byte[] key : log.keys(id)) {
        log.write(key, new byte[100]);
        log.write(key, null);
      }
      Await.until("the fact is there again", () -> log.readable(id) == 1);
      assertThat(log.recordsOf(id)).isGreaterThanOrEqualTo(4);

      alter(
          cluster,
          new ConfigResource(ConfigResource.Type.BROKER, ""),
          "log.cleaner.backoff.ms",
          "500");
      alter(cluster, TopicConfig.SEGMENT_MS_CONFIG, "1000");
      alter(cluster, TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.001");
      alter(cluster, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, "0");
      Await.until("the topic is compacted", Duration.ofMinutes(2), () -> log.recordsOf(id) == 1);
      alter(cluster, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, "3600000");

      assertThat(log.readable(id)).isEqualTo(1);
      cluster.stopIntrospector(1);
      cluster.startIntrospector(1);
      assertThat(cluster.isInactiveEverywhere(token)).isTrue();
    }
  }

  @Test
  void whatIsOverLeavesIndexListAndTopic_andWhatIsNotStays() throws Exception {
    try (Cluster cluster =
            new Cluster(data, 1).sweeping(Duration.ofSeconds(2), Duration.ofSeconds(1)).start();
        RawLog log = RawLog.of(cluster)) {
      Instant until = Instant.now().plusSeconds(6);
      String suspended = cluster.register();
      String id = revoke(cluster, suspended, ",\"until\":\"" + until + "\"");
      String keptFor = cluster.register();
      String kept = revoke(cluster, keptFor, "");
      String liftedId = revoke(cluster, cluster.register(), ",\"until\":\"" + until + "\"");
      lift(cluster, liftedId);

      Await.until("the fact has left the topic", () -> log.keys(id).isEmpty());
      assertThat(Instant.now()).isAfter(until.plusSeconds(2));
      Await.until("the lift has left it with its fact", () -> log.keys(liftedId).isEmpty());
      Await.until("it has left the list", () -> status(cluster, id) == 404);
      Await.until(
          "it has left the node's index",
          () -> metric(cluster, cluster.managementUrl(1), "rescind_sweep_facts_total") >= 1);
      assertThat(
              metric(cluster, cluster.publisherManagementUrl(), "rescind_sweep_tombstones_total"))
          .isGreaterThanOrEqualTo(3);
      assertThat(metric(cluster, cluster.publisherManagementUrl(), "rescind_log_repaired_total"))
          .isZero();
      assertThat(cluster.isActiveEverywhere(suspended)).isTrue();
      assertThat(log.readable(kept)).isEqualTo(1);
      assertThat(status(cluster, kept)).isEqualTo(200);
      assertThat(cluster.isInactiveEverywhere(keptFor)).isTrue();
    }
  }

  /**
   * Nodes keep lifted ids for good: a revocation under such an id would be acked and do nothing.
   */
  @Test
  void aKeyWhoseRevocationIsForgottenMakesANewOne_butNotWhereThatWasLifted() throws Exception {
    try (Cluster cluster =
            new Cluster(data, 1).sweeping(Duration.ofSeconds(2), Duration.ofSeconds(1)).start();
        RawLog log = RawLog.of(cluster)) {
      String token = cluster.register();
      String id = keyed(cluster, "k1", token, 3).header("Location").get(0).substring(16);
      String lifted = keyed(cluster, "k2", token, 3).header("Location").get(0).substring(16);
      lift(cluster, lifted);

      Await.until("one is forgotten", () -> status(cluster, id) == 404);
      Await.until("the other is forgotten", () -> status(cluster, lifted) == 404);

      assertThat(log.readable(lifted)).isEqualTo(1);
      assertThat(keyed(cluster, "k2", token, 60).status()).isEqualTo(409);
      Answer again = keyed(cluster, "k1", token, 60);
      assertThat(again.status()).isEqualTo(201);
      assertThat(again.header("Idempotent-Replay")).isEmpty();
      assertThat(cluster.isInactiveEverywhere(token)).isTrue();
    }
  }

  private static Answer keyed(Cluster cluster, String key, String token, int seconds)
      throws Exception {
    return cluster.post(
        "/v1/revocations?confirm=all",
        Caller.ADMIN,
        "{\"target\":{\"type\":\"token\",\"token\":\""
            + token
            + "\"},\"until\":\""
            + Instant.now().plusSeconds(seconds)
            + "\"}",
        "Idempotency-Key",
        key);
  }

  @Test
  void aLogWhoseTimesAreItsWritersOrThatIsCompactedAtOnceIsRefused() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start()) {
      cluster.stopIntrospector(1);
      alter(cluster, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
      assertThatThrownBy(() -> cluster.startIntrospector(1))
          .isInstanceOf(Topics.UnfitException.class)
          .hasMessageContaining("message.timestamp.type CreateTime");
      alter(cluster, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
      alter(cluster, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, "0");
      assertThatThrownBy(() -> cluster.startIntrospector(1))
          .isInstanceOf(Topics.UnfitException.class)
          .hasMessageContaining("min.compaction.lag.ms 0");
    }
  }

  private static void alter(Cluster cluster, String name, String value) throws Exception {
    alter(cluster, new ConfigResource(ConfigResource.Type.TOPIC, Topics.REVOCATIONS), name, value);
  }

  private static void alter(Cluster cluster, ConfigResource of, String name, String value)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServer()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  of,
                  List.of(
                      new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
      Await.until(
          "the setting is in force",
          () ->
              admin.describeConfigs(Set.of(of)).all().get().values().stream()
                  .flatMap(settings -> settings.entries().stream())
                  .anyMatch(entry -> entry.name().equals(name) && value.equals(entry.value())));
    }
  }
}
