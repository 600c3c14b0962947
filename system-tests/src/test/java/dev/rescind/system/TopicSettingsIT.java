package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.platform.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics that somebody changes while the services run. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TopicSettingsIT {
  private static final String REVOCATION =
      "{\"target\":{\"type\":\"subject\",\"iss\":\"https://as.example\",\"sub\":\"s\"}}";

  @TempDir Path data;

  static void set(Admin admin, ConfigResource resource, String name, String value)
      throws Exception {
    AlterConfigOp.OpType type =
        value.isEmpty() ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET;
    Collection<AlterConfigOp> change =
        List.of(new AlterConfigOp(new ConfigEntry(name, value), type));
    admin.incrementalAlterConfigs(Map.of(resource, change)).all().get(10, TimeUnit.SECONDS);
  }

  static ConfigResource topic(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
  }

  private static String registration() {
    return "{\"token\":\"" + Tokens.opaque() + "\",\"type\":\"api_key\"}";
  }

  private static void assertNothingIsTaken(Cluster cluster, String why) throws Exception {
    Await.until(
        "a revocation is refused",
        () -> cluster.post("/v1/revocations", Caller.ADMIN, REVOCATION).status() == 503);
    List<Answer> refused =
        List.of(
            cluster.post("/v1/revocations", Caller.ADMIN, REVOCATION),
            cluster.post("/v1/credentials", Caller.AUTHORIZATION_SERVER, registration()),
            cluster.form(
                cluster.publisherUrl() + "/revoke",
                Caller.ADMIN,
                Map.of("token", Tokens.opaque())));
    for (Answer answer : refused) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(503);
      assertThat(answer.body()).contains(why);
      assertThat(answer.header("Retry-After")).singleElement().isIn("1", "2", "3");
    }
  }

  private static void assertAllIsTakenAgain(Cluster cluster) throws Exception {
    Await.until(
        "a revocation is taken",
        () -> cluster.post("/v1/revocations", Caller.ADMIN, REVOCATION).status() == 201);
    Await.until(
        "a registration is taken",
        () ->
            cluster.post("/v1/credentials", Caller.AUTHORIZATION_SERVER, registration()).status()
                == 201);
  }

  @Test
  void aTopicThatIsMadeWeakerIsNotWrittenTo_andNodesServeOn_untilItIsMended() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start();
        Admin admin = Admin.create(cluster.kafkaClient())) {
      ConfigResource log = topic(Topics.REVOCATIONS);
      String jwt = cluster.issuer().mint(claims -> claims);

      set(admin, log, "unclean.leader.election.enable", "true");
      assertNothingIsTaken(cluster, "rescind.revocations has unclean.leader.election.enable");
      assertThat(cluster.isActiveEverywhere(jwt)).isTrue();
      Await.until(
          "the node warns",
          () ->
              cluster
                  .get(cluster.managementUrl(1) + "/health/ready")
                  .body()
                  .contains("unclean.leader.election.enable"));
      Metrics metrics = Metrics.of(cluster, cluster.managementUrl(1));
      assertThat(metrics.value("rescind_topic_weaknesses{kind=\"weaker\"}")).isEqualTo(1);
      assertThat(metrics.value("rescind_topic_weaknesses{kind=\"losing\"}")).isZero();
      set(admin, log, "unclean.leader.election.enable", "false");
      assertAllIsTakenAgain(cluster);

      // The registrations' topic counts as much as the log.
      set(admin, topic(Topics.CREDENTIALS), "retention.ms", "1000");
      assertNothingIsTaken(cluster, "rescind.credentials has retention.ms 1000");
      set(admin, topic(Topics.CREDENTIALS), "retention.ms", "-1");
      assertAllIsTakenAgain(cluster);

      // Nor does it matter where a setting comes from.
      ConfigResource everyBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
      set(admin, log, "unclean.leader.election.enable", "");
      set(admin, everyBroker, "unclean.leader.election.enable", "true");
      assertNothingIsTaken(cluster, "rescind.revocations has unclean.leader.election.enable");
      assertThat(cluster.isActiveEverywhere(jwt)).isTrue();
      set(admin, everyBroker, "unclean.leader.election.enable", "");
      assertAllIsTakenAgain(cluster);
    }
  }

  @Test
  void aTopicThatCanLoseFactsIsNotAnsweredFrom_untilItIsMended() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start();
        Admin admin = Admin.create(cluster.kafkaClient())) {
      ConfigResource log = topic(Topics.REVOCATIONS);
      String jwt = cluster.issuer().mint(claims -> claims);

      set(admin, log, "cleanup.policy", "compact,delete");
      Await.until(
          "the node does not answer",
          () -> cluster.introspect(1, jwt, Caller.CALLER).status() == 503);
      assertThat(cluster.introspect(1, jwt, Caller.STALE_TAKER).status()).isEqualTo(503);
      Answer ready = cluster.get(cluster.managementUrl(1) + "/health/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.body())
          .contains("\"state\":\"STALE\"", "rescind.revocations has cleanup.policy compact,delete");
      Await.until(
          "the episode is counted",
          () ->
              Metrics.of(cluster, cluster.managementUrl(1))
                      .value("rescind_node_stale_episodes_total{reason=\"topics\"}")
                  == 1);
      assertNothingIsTaken(cluster, "rescind.revocations has cleanup.policy compact,delete");

      set(admin, log, "cleanup.policy", "compact");
      Await.until("the node answers", () -> cluster.isActiveEverywhere(jwt));
      assertAllIsTakenAgain(cluster);
    }
  }

  @Test
  void aLogWhoseBeginningIsGoneIsNotAnsweredFrom_norStartedUpon() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start();
        Admin admin = Admin.create(cluster.kafkaClient())) {
      ConfigResource log = topic(Topics.REVOCATIONS);
      String jwt = cluster.issuer().mint(claims -> claims);
      assertThat(cluster.isActiveEverywhere(jwt)).isTrue();

      set(admin, log, "cleanup.policy", "delete");
      admin
          .deleteRecords(
              Map.of(new TopicPartition(Topics.REVOCATIONS, 0), RecordsToDelete.beforeOffset(1)))
          .all()
          .get(10, TimeUnit.SECONDS);
      set(admin, log, "cleanup.policy", "compact");
      Await.until(
          "the node says what is gone",
          () ->
              cluster
                  .get(cluster.managementUrl(1) + "/health/ready")
                  .body()
                  .contains("rescind.revocations begins at position 1"));
      assertThat(cluster.introspect(1, jwt, Caller.CALLER).status()).isEqualTo(503);

      cluster.stopIntrospector(1);
      assertThatThrownBy(() -> cluster.startIntrospector(1))
          .hasMessageContaining("rescind.revocations begins at position 1");
    }
  }

  @Test
  void aLogThatWasDeletedAndMadeAnewIsNotAnsweredFrom_norWrittenTo() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start();
        Admin admin = Admin.create(cluster.kafkaClient())) {
      String jwt = cluster.issuer().mint(claims -> claims);
      String position = cluster.introspect(1, jwt, Caller.CALLER).header("Rescind-Position").get(0);

      admin.deleteTopics(List.of(Topics.REVOCATIONS)).all().get(10, TimeUnit.SECONDS);
      Await.until(
          "it is made anew",
          () -> {
            try {
              admin
                  .createTopics(
                      List.of(
                          new NewTopic(Topics.REVOCATIONS, 1, (short) 1)
                              .configs(
                                  Map.of(
                                      "cleanup.policy", "compact",
                                      "retention.ms", "-1",
                                      "message.timestamp.type", "LogAppendTime",
                                      "min.compaction.lag.ms", "3600000"))))
                  .all()
                  .get(10, TimeUnit.SECONDS);
              return true;
            } catch (java.util.concurrent.ExecutionException e) {
              return false; // it is not quite gone yet
            }
          });

      Await.until(
          "the node says so",
          () -> {
            String body = cluster.get(cluster.managementUrl(1) + "/health/ready").body();
            return body.contains("\"state\":\"STALE\"")
                && (body.contains("made anew")
                    || body.contains("is gone")
                    || body.contains("no longer holds"));
          });
      assertThat(cluster.introspect(1, jwt, Caller.CALLER).status()).isEqualTo(503);
      assertThat(cluster.introspect(1, jwt, Caller.STALE_TAKER).status()).isEqualTo(503);
      Await.until(
          "the publisher takes nothing",
          () -> cluster.post("/v1/revocations", Caller.ADMIN, REVOCATION).status() == 503);

      cluster.stopIntrospector(1);
      cluster.startIntrospector(1);
      assertThat(cluster.introspect(1, jwt, Caller.CALLER, "Rescind-At-Least", position).status())
          .isEqualTo(400);
    }
  }

  /** What is held against a log that begins later than at 0 is not compaction's doing. */
  @Test
  void compactionLeavesTheBeginningOfATopicWhereItIs() throws Exception {
    try (Cluster cluster = new Cluster(data, 0)) {
      cluster.startBroker();
      try (Admin admin = Admin.create(cluster.kafkaClient());
          var producer =
              new KafkaProducer<>(
                  cluster.kafkaClient(), new ByteArraySerializer(), new ByteArraySerializer())) {
        set(
            admin,
            new ConfigResource(ConfigResource.Type.BROKER, ""),
            "log.cleaner.backoff.ms",
            "50");
        TopicPartition partition = new TopicPartition("compacted", 0);
        admin
            .createTopics(
                List.of(
                    new NewTopic(partition.topic(), 1, (short) 1)
                        .configs(
                            Map.of(
                                "cleanup.policy", "compact",
                                "segment.ms", "50",
                                "delete.retention.ms", "0",
                                "min.cleanable.dirty.ratio", "0"))))
            .all()
            .get(10, TimeUnit.SECONDS);

        // Until nothing is left of the first segments: neither facts nor tombstones.
        Await.until(
            "the first records are compacted away",
            () -> {
              byte[] key = {1};
              for (byte[] value : new byte[][] {{1}, {2}, null}) {
                producer
                    .send(new ProducerRecord<>(partition.topic(), 0, key, value))
                    .get(10, TimeUnit.SECONDS);
              }
              return firstRecord(cluster, partition) > 6;
            });

        assertThat(
                admin
                    .listOffsets(Map.of(partition, OffsetSpec.earliest()))
                    .partitionResult(partition)
                    .get(10, TimeUnit.SECONDS)
                    .offset())
            .isZero();
      }
    }
  }

  private static long firstRecord(Cluster cluster, TopicPartition partition) {
    try (var consumer =
        new KafkaConsumer<>(
            cluster.kafkaClient(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var records = consumer.poll(Duration.ofSeconds(5)).records(partition);
      return records.isEmpty() ? -1 : records.get(0).offset();
    }
  }
}
