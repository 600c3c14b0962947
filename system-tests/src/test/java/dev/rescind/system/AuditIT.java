package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.kafka.AuditTopic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is written of changes and attempts, and what is found when somebody touches it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuditIT {
  private static final String REASON = "the laptop was stolen";

  @TempDir static Path directory;
  @AutoClose private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(directory, 1).start();
  }

  private static List<JsonNode> records(String query) throws Exception {
    List<JsonNode> all = new ArrayList<>();
    String cursor = "0.0";
    while (!cursor.isEmpty()) {
      Answer answer =
          cluster.send(
              "GET",
              cluster.publisherUrl() + "/v1/audit?limit=3&cursor=" + cursor + query,
              Caller.ADMIN,
              null,
              null);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      JsonNode page = Json.parseObject(answer.body()).orElseThrow();
      assertThat(page.path("items").size()).isLessThanOrEqualTo(3);
      page.path("items").forEach(all::add);
      cursor = page.path("next").asText("");
    }
    return all;
  }

  private static JsonNode verification() throws Exception {
    Answer answer =
        cluster.send(
            "GET", cluster.publisherUrl() + "/v1/audit/verification", Caller.ADMIN, null, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return Json.parseObject(answer.body()).orElseThrow();
  }

  private static JsonNode only(List<JsonNode> records) {
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  @Test
  @Order(1)
  void everyChangeAndEveryRefusedAttemptAtOneIsARecord_withoutAnySecret() throws Exception {
    String token = Tokens.opaque();
    cluster.post(
        "/v1/credentials",
        Caller.AUTHORIZATION_SERVER,
        "{\"token\":\"" + token + "\",\"type\":\"api_key\"}");
    Answer revoked =
        cluster.post(
            "/v1/revocations",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"token\",\"token\":\""
                + token
                + "\"},\"reason\":\""
                + REASON
                + "\"}");
    String id = Json.parseObject(revoked.body()).orElseThrow().path("id").asText();
    cluster.send(
        "DELETE", cluster.publisherUrl() + "/v1/revocations/" + id, Caller.ADMIN, null, null);
    String own = Tokens.opaque();
    cluster.post(
        "/v1/credentials",
        Caller.AUTHORIZATION_SERVER,
        "{\"token\":\"" + own + "\",\"type\":\"api_key\"}");
    cluster.form(
        cluster.publisherUrl() + "/revoke", Caller.AUTHORIZATION_SERVER, Map.of("token", own));
    cluster.form(cluster.publisherUrl() + "/revoke", Caller.CALLER, Map.of("token", own));
    cluster.post(
        "/v1/revocations",
        Caller.NOBODY,
        "{\"target\":{\"type\":\"subject\",\"iss\":\"i\",\"sub\":\"s\"}}");

    JsonNode revocation = only(records("&action=revoke&actor=test-admin"));
    assertThat(revocation.path("outcome").asText()).isEqualTo("done");
    assertThat(revocation.path("id").asText()).isEqualTo(id);
    assertThat(revocation.path("reason").asText()).isEqualTo(REASON);
    assertThat(revocation.path("status").asInt()).isEqualTo(201);
    assertThat(revocation.path("address").asText()).isEqualTo("127.0.0.1");
    assertThat(revocation.path("target").path("fingerprint").asText()).hasSize(43);

    assertThat(records("&action=lift"))
        .extracting(one -> one.path("outcome").asText() + " " + one.path("id").asText())
        .containsExactly("intended " + id, "done " + id);
    assertThat(records("&action=register"))
        .extracting(one -> one.path("actor").asText() + " " + one.path("status").asInt())
        .containsExactly("test-as 201", "test-as 201");
    assertThat(only(records("&action=revoke&actor=test-as")).path("status").asInt()).isEqualTo(200);
    Await.until(
        "what was refused is there", () -> records("&action=revoke&actor=test-nobody").size() == 1);
    JsonNode refused = only(records("&action=revoke&actor=test-nobody"));
    assertThat(refused.path("outcome").asText()).isEqualTo("refused");
    assertThat(refused.path("status").asInt()).isEqualTo(403);
    assertThat(refused.path("target").path("sub").asText()).isEqualTo("s");
    assertThat(only(records("&action=revoke&actor=test-caller")).path("status").asInt())
        .isEqualTo(403);

    String all = records("").toString();
    assertThat(all).doesNotContain(token, own);
    for (Caller caller : Caller.ALL) {
      assertThat(all).doesNotContain(caller.secret(), caller.basic());
    }
  }

  @Test
  @Order(2)
  void theAuditIsForThoseWithItsRight() throws Exception {
    for (String path : List.of("/v1/audit", "/v1/audit/verification")) {
      for (Caller caller : Caller.ALL) {
        Answer answer = cluster.send("GET", cluster.publisherUrl() + path, caller, null, null);
        assertThat(answer.status())
            .as(path + " of " + caller.name())
            .isEqualTo(caller.equals(Caller.ADMIN) ? 200 : 403);
      }
    }
  }

  @Test
  @Order(3)
  void theChainHolds_overAPublishersRestart() throws Exception {
    JsonNode before = verification();
    assertThat(before.path("intact").asBoolean()).as(before.toString()).isTrue();
    assertThat(before.path("records").asInt()).isEqualTo(records("").size());
    cluster.stopPublisher();
    cluster.startPublisher();
    Await.until("it says that it started", () -> records("&action=start").size() == 2);
    cluster.revoke(cluster.register());
    String anchor =
        "?records=" + before.path("records").asInt() + "&head=" + before.path("head").asText();
    Answer answer =
        cluster.send(
            "GET",
            cluster.publisherUrl() + "/v1/audit/verification" + anchor,
            Caller.ADMIN,
            null,
            null);
    assertThat(answer.body())
        .contains("\"intact\":true", "\"complete\":true", "\"anchored\":true", "\"faults\":[]");
    String other = anchor.replaceFirst("head=.", "head=" + (anchor.contains("head=A") ? "B" : "A"));
    assertThat(
            cluster
                .send(
                    "GET",
                    cluster.publisherUrl() + "/v1/audit/verification" + other,
                    Caller.ADMIN,
                    null,
                    null)
                .body())
        .contains("\"intact\":true", "\"anchored\":false");
  }

  @Test
  @Order(4)
  void aRevocationGoesThrough_andALiftDoesNot_whileTheAuditTakesNothing() throws Exception {
    // Both topics have the one broker: what is not taken here is too large for the topic.
    try (Admin admin = Admin.create(cluster.kafkaClient())) {
      TopicSettingsIT.set(admin, TopicSettingsIT.topic(AuditTopic.NAME), "max.message.bytes", "10");
      Answer revoked =
          cluster.post(
              "/v1/revocations",
              Caller.ADMIN,
              "{\"target\":{\"type\":\"subject\",\"iss\":\"i\",\"sub\":\"unaudited\"}}");
      assertThat(revoked.status()).as(revoked.body()).isEqualTo(201);
      String id = Json.parseObject(revoked.body()).orElseThrow().path("id").asText();
      String url = cluster.publisherUrl() + "/v1/revocations/" + id;
      Answer lift = cluster.send("DELETE", url, Caller.ADMIN, null, null);
      assertThat(lift.status()).as(lift.body()).isEqualTo(503);
      assertThat(cluster.send("GET", url, Caller.ADMIN, null, null).body())
          .doesNotContain("lifted_at");
      assertThat(
              Metrics.of(cluster, cluster.publisherManagementUrl())
                  .value("rescind_audit_records_total{outcome=\"failed\"}"))
          .isGreaterThanOrEqualTo(2);
      TopicSettingsIT.set(admin, TopicSettingsIT.topic(AuditTopic.NAME), "max.message.bytes", "");
      Await.until(
          "the lift is taken",
          () -> cluster.send("DELETE", url, Caller.ADMIN, null, null).status() == 200);
      assertThat(verification().path("intact").asBoolean()).isTrue();
    }
  }

  @Test
  @Order(5)
  void whatSomebodyElseWritesIsFound_andIsNoRecord() throws Exception {
    int before = records("").size();
    try (var producer =
        new KafkaProducer<>(
            cluster.kafkaClient(), new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] forged =
          ("{\"action\":\"revoke\",\"actor\":\"somebody\","
                  + UUID.randomUUID()
                  + "}"
                  + "x".repeat(40))
              .getBytes(StandardCharsets.UTF_8);
      producer
          .send(new ProducerRecord<>(AuditTopic.NAME, 0, null, forged))
          .get(10, TimeUnit.SECONDS);
    }
    JsonNode found = verification();
    assertThat(found.path("intact").asBoolean()).isFalse();
    assertThat(found.path("faults").get(0).path("fault").asText()).isEqualTo("not_authentic");
    assertThat(records("")).hasSize(before);
    Await.until(
        "it is counted",
        () ->
            Metrics.of(cluster, cluster.publisherManagementUrl())
                    .value("rescind_audit_faults_total")
                == 1);
  }

  @Test
  @Order(6)
  void aBeginningThatIsGoneIsFound() throws Exception {
    try (Admin admin = Admin.create(cluster.kafkaClient())) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(AuditTopic.NAME, 0), RecordsToDelete.beforeOffset(2)))
          .all()
          .get(10, TimeUnit.SECONDS);
    }
    JsonNode found = verification();
    assertThat(found.path("intact").asBoolean()).isFalse();
    assertThat(found.path("faults").get(0).path("fault").asText()).isEqualTo("missing_before");
  }
}
