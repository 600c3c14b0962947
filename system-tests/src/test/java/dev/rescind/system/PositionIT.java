package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.log.LiftKeys;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.PositionToken;
import dev.rescind.log.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Positions: said by every answer, waited for, and refused where they are of no use. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PositionIT {
  private static final long WAIT_MILLIS = 250;

  @TempDir static Path data;

  private static Cluster cluster;
  private static String jwt;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 1).start();
    jwt = cluster.issuer().mint(claims -> claims);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  private static Answer introspect(String atLeast) throws Exception {
    return cluster.introspect(1, jwt, Caller.CALLER, "Rescind-At-Least", atLeast);
  }

  private static String position() throws Exception {
    return cluster.introspect(1, jwt, Caller.CALLER).header("Rescind-Position").get(0);
  }

  @Test
  void everyAnswerOfBothServicesSaysAPosition() throws Exception {
    String token = Tokens.opaque();
    String registration = "{\"token\":\"" + token + "\",\"type\":\"api_key\"}";
    String revocation = "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}";
    String v1 = cluster.publisherUrl() + "/v1/";
    List<Answer> answers = new ArrayList<>();
    answers.add(cluster.introspect(1, jwt, Caller.CALLER));
    answers.add(cluster.introspect(1, "unknown", Caller.CALLER));
    answers.add(cluster.post("/v1/credentials", Caller.AUTHORIZATION_SERVER, registration));
    answers.add(cluster.post("/v1/credentials", Caller.AUTHORIZATION_SERVER, registration));
    answers.add(
        cluster.send(
            "POST",
            v1 + "credentials",
            Caller.AUTHORIZATION_SERVER,
            "application/x-ndjson",
            registration));
    Answer revoked = cluster.post("/v1/revocations", Caller.ADMIN, revocation);
    answers.add(revoked);
    answers.add(cluster.post("/v1/revocations?confirm=all", Caller.ADMIN, revocation));
    answers.add(cluster.send("GET", v1 + "revocations", Caller.ADMIN, null, null));
    String one = cluster.publisherUrl() + revoked.header("Location").get(0);
    answers.add(cluster.send("GET", one, Caller.ADMIN, null, null));
    answers.add(cluster.send("DELETE", one, Caller.ADMIN, null, null));
    answers.add(cluster.send("DELETE", one, Caller.ADMIN, null, null));
    answers.add(cluster.send("GET", v1 + "nodes", Caller.ADMIN, null, null));
    answers.add(
        cluster.form(
            cluster.publisherUrl() + "/revoke", Caller.ADMIN, Map.of("token", Tokens.opaque())));

    for (Answer answer : answers) {
      assertThat(answer.status()).as(answer.toString()).isBetween(200, 201);
      assertThat(answer.header("Rescind-Position"))
          .as(answer.toString())
          .singleElement()
          .satisfies(text -> assertThat(introspect(text).status()).isEqualTo(200));
    }
  }

  /** S2: better no answer than one that does not know of the revocation. */
  @Test
  void aNodeThatIsBehindWaits_andThenSays503() throws Exception {
    String behind = Positions.after(cluster, position(), 100_000);

    long began = System.nanoTime();
    Answer answer = introspect(behind);

    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(WAIT_MILLIS * 1_000_000);
    assertThat(answer.status()).as(answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("this node has not come to that position yet");
    assertThat(answer.header("Retry-After")).singleElement().isIn("1", "2", "3");
    assertThat(answer.header("Rescind-Staleness-Ms")).hasSize(1);
  }

  /** With ten barriers in two seconds, the log moves on by one within the wait. */
  @Test
  void aNodeThatIsAboutToReadThePositionWaitsForIt() throws Exception {
    assertThat(introspect(Positions.after(cluster, position(), 1)).status()).isEqualTo(200);
  }

  @Test
  void aPositionThatIsForgedOrOfAnotherTopicIs400() throws Exception {
    String position = position();
    MacKeys others =
        new MacKeys(
            List.of(
                new MacKeys.Key(
                    "test", "another secret of 32 bytes or so".getBytes(StandardCharsets.UTF_8))));
    PositionToken token = PositionToken.parse(position, cluster.macKeys()).orElseThrow();
    String last = position.substring(position.length() - 2);
    List<String> bad =
        List.of(
            "",
            "latest",
            position + "A",
            position.substring(0, position.length() - 2) + (last.equals("AA") ? "BB" : "AA"),
            token.encode(others),
            Positions.ofAnotherTopic(cluster, position));
    for (String one : bad) {
      Answer answer = introspect(one);
      assertThat(answer.status()).as(one).isEqualTo(400);
      assertThat(answer.body()).contains("invalid_request");
      assertThat(answer.header("Rescind-Staleness-Ms")).hasSize(1);
    }
  }

  /** A node of which there are barriers and nothing else: live, and behind. */
  @Test
  void aRevocationThatALiveNodeHasNotAppliedIsNotComplete_andNamesIt() throws Exception {
    Barrier barrier =
        new Barrier(
            new Barrier.Writer("laggard", "http://127.0.0.1:1", "1", true),
            UUID.randomUUID(),
            1,
            0,
            new Barrier.Status(NodeState.SERVING, 0));
    RecordCodec.Encoded record =
        new RecordCodec(cluster.macKeys(), new LiftKeys(List.of(), null))
            .encode(new LogRecord.BarrierWritten(barrier));
    try (RawLog log = RawLog.of(cluster)) {
      log.write(record.key(), record.value());
    }
    Await.until(
        "the publisher knows the node",
        () ->
            cluster
                .send("GET", cluster.publisherUrl() + "/v1/nodes", Caller.ADMIN, null, null)
                .body()
                .contains("laggard"));

    Answer answer =
        cluster.post(
            "/v1/revocations?confirm=all&confirm_timeout_ms=200",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"subject\",\"iss\":\"i\",\"sub\":\"s\"}}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body())
        .contains("\"complete\":false", "\"missing\":[\"laggard\"]", "introspector-1");
    Await.until(
        "a node of which nothing is seen for two bounds is not waited for",
        () ->
            cluster
                .post(
                    "/v1/revocations?confirm=all",
                    Caller.ADMIN,
                    "{\"target\":{\"type\":\"subject\",\"iss\":\"i\",\"sub\":\"s\"}}")
                .body()
                .contains("\"complete\":true"));
  }
}
