package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Revocation and registration on a live cluster of two nodes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RevocationsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path data;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 2).start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String iss() {
    return cluster.issuer().iss();
  }

  private static JsonNode revoke(String target) throws Exception {
    return revokeWith("{\"target\":{" + target + "}}");
  }

  private static JsonNode revokeWith(String body, String... headers) throws Exception {
    Answer answer = cluster.post("/v1/revocations?confirm=all", Caller.ADMIN, body, headers);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    JsonNode json = JSON.readTree(answer.body());
    assertThat(json.path("confirmation").path("complete").asBoolean()).as(answer.body()).isTrue();
    assertThat(answer.header("Rescind-Position")).containsExactly(json.path("position").asText());
    return json;
  }

  private static String register(String members) throws Exception {
    String token = Tokens.opaque();
    Answer answer =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\"" + token + "\"," + members + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return token;
  }

  private static void assertRevokes(String target, String covered, String untouched)
      throws Exception {
    assertThat(cluster.isActiveEverywhere(covered)).as("before " + target).isTrue();
    revoke(target);
    assertThat(cluster.isInactiveEverywhere(covered)).as("after " + target).isTrue();
    assertThat(cluster.isActiveEverywhere(untouched)).as("untouched by " + target).isTrue();
  }

  @Test
  void revokesByEachWayToNameATarget() throws Exception {
    String untouched = register("\"type\":\"access_token\",\"iss\":\"https://b.example\"");
    String token = register("\"type\":\"access_token\"");
    assertRevokes("\"type\":\"token\",\"token\":\"" + token + "\"", token, untouched);

    String byPrint = register("\"type\":\"api_key\"");
    String print =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(byPrint.getBytes(StandardCharsets.US_ASCII)));
    assertRevokes("\"type\":\"token\",\"fingerprint\":\"" + print + "\"", byPrint, untouched);

    String jwt = cluster.issuer().mint(c -> c.jwtID("the-jti"));
    assertRevokes(
        "\"type\":\"token\",\"iss\":\"" + iss() + "\",\"jti\":\"the-jti\"", jwt, untouched);
    String ofGrant = register("\"type\":\"refresh_token\",\"grant_id\":\"g1\"");
    assertRevokes(
        "\"type\":\"grant\",\"iss\":\"https://as.example\",\"grant_id\":\"g1\"",
        ofGrant,
        untouched);
    String ofSession = cluster.issuer().mint(c -> c.claim("sid", "s1"));
    assertRevokes(
        "\"type\":\"session\",\"iss\":\"" + iss() + "\",\"sid\":\"s1\"", ofSession, untouched);
    String ofSubject = cluster.issuer().mint(c -> c.subject("one"));
    assertRevokes(
        "\"type\":\"subject\",\"iss\":\"" + iss() + "\",\"sub\":\"one\"", ofSubject, untouched);
    String ofClient = cluster.issuer().mint(c -> c.claim("client_id", "c1"));
    assertRevokes(
        "\"type\":\"client\",\"iss\":\"" + iss() + "\",\"client_id\":\"c1\"", ofClient, untouched);
    String ofIssuer = register("\"type\":\"access_token\",\"iss\":\"https://a.example\"");
    assertRevokes("\"type\":\"issuer\",\"iss\":\"https://a.example\"", ofIssuer, untouched);
    String thumbprint = "A".repeat(43);
    String bound =
        register("\"type\":\"access_token\",\"cnf\":{\"x5t#S256\":\"" + thumbprint + "\"}");
    assertRevokes("\"type\":\"certificate\",\"x5t#S256\":\"" + thumbprint + "\"", bound, untouched);
  }

  @Test
  void aRevokedKeyKillsWhatItSigned_underAnyKidAndWithoutOne() throws Exception {
    try (Cluster own = new Cluster(data.resolve("keys"), 1).start()) {
      Issuer issuer = own.issuer();
      String named = issuer.mint("rsa-1", JWSAlgorithm.RS256, c -> c);
      String unnamed = issuer.mint(null, JWSAlgorithm.RS256, c -> c);
      String otherKey = issuer.mint("ec-1", JWSAlgorithm.ES256, c -> c);
      assertThat(own.isActiveEverywhere(named)).isTrue();
      assertThat(own.isActiveEverywhere(unnamed)).isTrue();

      Answer answer =
          own.post(
              "/v1/revocations?confirm=all",
              Caller.ADMIN,
              "{\"target\":{\"type\":\"key\",\"iss\":\"" + issuer.iss() + "\",\"kid\":\"rsa-1\"}}");

      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
      assertThat(answer.body()).doesNotContain("resolved").contains("\"always\"");
      assertThat(own.isInactiveEverywhere(named)).isTrue();
      assertThat(own.isInactiveEverywhere(unnamed)).isTrue();
      assertThat(own.isInactiveEverywhere(issuer.mint("rsa-1", JWSAlgorithm.RS256, c -> c)))
          .isTrue();
      assertThat(own.isActiveEverywhere(otherKey)).isTrue();

      Answer byThumbprint =
          own.post(
              "/v1/revocations?confirm=all",
              Caller.ADMIN,
              "{\"target\":{\"type\":\"key\",\"jkt\":\""
                  + issuer.ec().toPublicJWK().computeThumbprint()
                  + "\"}}");
      assertThat(byThumbprint.status()).isEqualTo(201);
      assertThat(own.isInactiveEverywhere(otherKey)).isTrue();

      Answer unknown =
          own.post(
              "/v1/revocations",
              Caller.ADMIN,
              "{\"target\":{\"type\":\"key\",\"iss\":\""
                  + issuer.iss()
                  + "\",\"kid\":\"never-seen\"}}");
      assertThat(JSON.readTree(unknown.body()).path("resolved").isBoolean()).isTrue();
      assertThat(JSON.readTree(unknown.body()).path("resolved").asBoolean()).isFalse();
    }
  }

  @Test
  void cutoffsCombineAsTheirMaximum() throws Exception {
    long now = Instant.now().getEpochSecond();
    String target = "\"target\":{\"type\":\"subject\",\"iss\":\"" + iss() + "\",\"sub\":\"two\"}";
    String old =
        cluster
            .issuer()
            .mint(c -> c.subject("two").issueTime(Date.from(Instant.ofEpochSecond(now - 100))));
    String young =
        cluster
            .issuer()
            .mint(c -> c.subject("two").issueTime(Date.from(Instant.ofEpochSecond(now - 10))));

    revokeWith("{" + target + ",\"issued_before\":" + (now - 50) + "}");
    assertThat(cluster.isInactiveEverywhere(old)).isTrue();
    assertThat(cluster.isActiveEverywhere(young)).isTrue();

    revokeWith("{" + target + ",\"issued_before\":" + (now - 5) + "}");
    assertThat(cluster.isInactiveEverywhere(young)).isTrue();

    revokeWith("{" + target + ",\"issued_before\":" + (now - 200) + "}");
    assertThat(cluster.isInactiveEverywhere(old)).isTrue();
    assertThat(cluster.isInactiveEverywhere(young)).isTrue();
  }

  @Test
  void aRevocationThatComesBeforeItsCredentialHolds() throws Exception {
    String token = Tokens.opaque();
    revoke("\"type\":\"token\",\"token\":\"" + token + "\"");

    assertThat(
            cluster
                .post(
                    "/v1/credentials",
                    Caller.AUTHORIZATION_SERVER,
                    "{\"token\":\"" + token + "\",\"type\":\"api_key\"}")
                .status())
        .isEqualTo(201);

    assertThat(cluster.isInactiveEverywhere(token)).isTrue();
  }

  @Test
  void liftingEndsThatOneRevocationOnly() throws Exception {
    String token = register("\"type\":\"api_key\",\"sub\":\"lifted\"");
    String bySubject =
        revoke("\"type\":\"subject\",\"iss\":\"https://as.example\",\"sub\":\"lifted\"")
            .path("id")
            .asText();
    String byToken = revoke("\"type\":\"token\",\"token\":\"" + token + "\"").path("id").asText();

    Answer first = lift(byToken);
    assertThat(first.status()).isEqualTo(200);
    assertThat(cluster.isInactiveEverywhere(token)).isTrue();
    Answer again = lift(byToken);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());

    Answer second = lift(bySubject);
    String position = second.header("Rescind-Position").get(0);
    for (int node = 1; node <= 2; node++) {
      assertThat(
              cluster.introspect(node, token, Caller.CALLER, "Rescind-At-Least", position).body())
          .startsWith("{\"active\":true");
    }
    assertThat(lift(UUID.randomUUID().toString()).status()).isEqualTo(404);
  }

  private static Answer lift(String id) throws Exception {
    return cluster.send(
        "DELETE", cluster.publisherUrl() + "/v1/revocations/" + id, Caller.ADMIN, null, null);
  }

  @Test
  void aSuspensionEndsByItself() throws Exception {
    String token = register("\"type\":\"api_key\"");
    revokeWith(
        "{\"target\":{\"type\":\"token\",\"token\":\""
            + token
            + "\"},\"until\":\""
            + Instant.now().plusSeconds(4)
            + "\"}");
    assertThat(cluster.isInactiveEverywhere(token)).isTrue();
    Await.until("the suspension has ended", () -> cluster.isActiveEverywhere(token));
  }

  @Test
  void anIdempotencyKeyMakesARequestRepeatable() throws Exception {
    String token = register("\"type\":\"api_key\"");
    String body = "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}";
    Answer first = cluster.post("/v1/revocations", Caller.ADMIN, body, "Idempotency-Key", "key-1");
    Answer again = cluster.post("/v1/revocations", Caller.ADMIN, body, "Idempotency-Key", "key-1");
    Answer other =
        cluster.post(
            "/v1/revocations",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"issuer\",\"iss\":\"https://c.example\"}}",
            "Idempotency-Key",
            "key-1");

    assertThat(first.status()).isEqualTo(201);
    assertThat(first.header("Idempotent-Replay")).isEmpty();
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.header("Idempotent-Replay")).containsExactly("true");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(other.status()).isEqualTo(409);
  }

  @Test
  void oneIdempotencyKeyMakesOneRevocation_howeverManyComeAtOnce() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 10; round++) {
        String key = "at once " + round;
        List<Future<Answer>> different = new ArrayList<>();
        List<Future<Answer>> same = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          String body =
              "{\"target\":{\"type\":\"subject\",\"iss\":\"https://k.example\",\"sub\":\"s"
                  + i
                  + "\"}}";
          different.add(clients.submit(() -> keyed(key.replace(" ", "-") + "-d", body)));
          same.add(
              clients.submit(
                  () -> keyed(key.replace(" ", "-") + "-s", body.replaceAll("s[0-3]", "s"))));
        }
        assertThat(statuses(different)).containsExactlyInAnyOrder(201, 409, 409, 409);
        int replays = 0;
        for (Future<Answer> one : same) {
          assertThat(one.get().status()).isEqualTo(201);
          replays += one.get().header("Idempotent-Replay").size();
        }
        assertThat(replays).isEqualTo(3);
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private static Answer keyed(String key, String body) throws Exception {
    return cluster.post("/v1/revocations", Caller.ADMIN, body, "Idempotency-Key", key);
  }

  private static List<Integer> statuses(List<Future<Answer>> answers) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (Future<Answer> one : answers) {
      statuses.add(one.get().status());
    }
    return statuses;
  }

  @Test
  void aRepeatedRequestIsTheSame_howeverItIsSpelled_andThoughItsEndIsOver() throws Exception {
    String target = "{\"type\":\"subject\",\"iss\":\"https://r.example\",\"sub\":\"r\"}";
    Instant end = Instant.now().plusMillis(1_500);
    Answer first = keyed("r1", "{\"target\":" + target + ",\"until\":\"" + end + "\"}");
    assertThat(first.status()).isEqualTo(201);

    Answer respelled = keyed("r1", "{ \"until\":\"" + end + "\", \"target\":" + target + "}");
    assertThat(respelled.status()).isEqualTo(201);
    assertThat(respelled.body()).isEqualTo(first.body());

    Await.until("its end is over", () -> Instant.now().isAfter(end));
    Answer late = keyed("r1", "{\"target\":" + target + ",\"until\":\"" + end + "\"}");
    assertThat(late.status()).isEqualTo(201);
    assertThat(late.header("Idempotent-Replay")).containsExactly("true");
    assertThat(keyed("r2", "{\"target\":" + target + ",\"until\":\"" + end + "\"}").status())
        .isEqualTo(422);
  }

  @Test
  void findsADigestHoweverItsLastBitsWereSpelled() throws Exception {
    String asInRfc8705 = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";
    revoke("\"type\":\"certificate\",\"x5t#S256\":\"" + asInRfc8705 + "\"");
    Answer listed =
        cluster.send(
            "GET",
            cluster.publisherUrl() + "/v1/revocations?x5t%23S256=" + asInRfc8705,
            Caller.ADMIN,
            null,
            null);
    assertThat(JSON.readTree(listed.body()).path("items")).hasSize(1);
  }

  @Test
  void showsAndListsRevocations() throws Exception {
    JsonNode made =
        revokeWith(
            "{\"target\":{\"type\":\"subject\",\"iss\":\"https://l.example\",\"sub\":\"l\"},"
                + "\"reason\":\"left\"}");
    String url = cluster.publisherUrl() + "/v1/revocations";
    Answer shown =
        cluster.send("GET", url + "/" + made.path("id").asText(), Caller.ADMIN, null, null);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(JSON.readTree(shown.body()).path("reason").asText()).isEqualTo("left");

    Answer listed =
        cluster.send(
            "GET",
            url + "?type=subject&iss=https%3A%2F%2Fl.example&limit=1",
            Caller.ADMIN,
            null,
            null);
    assertThat(JSON.readTree(listed.body()).path("items"))
        .hasSize(1)
        .allMatch(one -> one.path("id").equals(made.path("id")));
    assertThat(cluster.send("GET", url + "?colour=red", Caller.ADMIN, null, null).status())
        .isEqualTo(422);
    assertThat(cluster.send("GET", url, Caller.CALLER, null, null).status()).isEqualTo(403);
  }

  @Test
  void refusesRequestsThatItCannotFollow_fieldByField() throws Exception {
    assertThat(cluster.post("/v1/revocations", Caller.ADMIN, "{").status()).isEqualTo(400);
    assertThat(cluster.post("/v1/revocations", Caller.ADMIN, "{\"a\":1,\"a\":2}").status())
        .isEqualTo(400);
    Answer unknown =
        cluster.post(
            "/v1/revocations",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"subject\",\"iss\":\"i\"},\"until\":1,\"colour\":\"red\"}");
    assertThat(unknown.status()).isEqualTo(422);
    assertThat(unknown.header("Content-Type")).containsExactly("application/problem+json");
    List<String> fields = new ArrayList<>();
    JSON.readTree(unknown.body())
        .path("errors")
        .forEach(error -> fields.add(error.path("field").asText()));
    assertThat(fields).contains("target.sub", "until", "colour");
    assertThat(
            cluster
                .post(
                    "/v1/revocations",
                    Caller.AUTHORIZATION_SERVER,
                    "{\"target\":{\"type\":\"issuer\",\"iss\":\"https://as.example\"}}")
                .status())
        .isEqualTo(403);
    long future = Instant.now().getEpochSecond() + 120;
    assertThat(
            cluster
                .post(
                    "/v1/revocations",
                    Caller.ADMIN,
                    "{\"target\":{\"type\":\"issuer\",\"iss\":\"x\"},\"issued_before\":"
                        + future
                        + "}")
                .status())
        .isEqualTo(422);
  }

  @Test
  void aRefreshTokenTakesItsGrantWithIt() throws Exception {
    String refresh = register("\"type\":\"refresh_token\",\"grant_id\":\"g9\"");
    String access = register("\"type\":\"access_token\",\"grant_id\":\"g9\"");
    String otherGrant = register("\"type\":\"access_token\",\"grant_id\":\"g8\"");

    Answer answer =
        cluster.form(
            cluster.publisherUrl() + "/revoke",
            Caller.AUTHORIZATION_SERVER,
            Map.of("token", refresh, "token_type_hint", "access_token"));

    assertThat(answer.status()).isEqualTo(200);
    Await.until("the grant is gone", () -> cluster.isInactiveEverywhere(access));
    assertThat(cluster.isInactiveEverywhere(refresh)).isTrue();
    assertThat(cluster.isActiveEverywhere(otherGrant)).isTrue();
    String later = register("\"type\":\"access_token\",\"grant_id\":\"g9\"");
    assertThat(cluster.isInactiveEverywhere(later)).isTrue();
  }

  @Test
  void anUnknownTokenIsRevokedOnlyByThoseWhoMayRevokeAnyToken() throws Exception {
    String token = Tokens.opaque();
    Answer byServer =
        cluster.form(
            cluster.publisherUrl() + "/revoke",
            Caller.AUTHORIZATION_SERVER,
            Map.of("token", token));
    assertThat(byServer.status()).isEqualTo(200);
    cluster.post(
        "/v1/credentials",
        Caller.AUTHORIZATION_SERVER,
        "{\"token\":\"" + token + "\",\"type\":\"api_key\"}");
    assertThat(cluster.isActiveEverywhere(token)).isTrue();

    String other = Tokens.opaque();
    Answer byAdmin =
        cluster.form(cluster.publisherUrl() + "/revoke", Caller.ADMIN, Map.of("token", other));
    assertThat(byAdmin.status()).isEqualTo(200);
    cluster.post(
        "/v1/credentials",
        Caller.AUTHORIZATION_SERVER,
        "{\"token\":\"" + other + "\",\"type\":\"api_key\"}");
    assertThat(cluster.isInactiveEverywhere(other)).isTrue();
  }

  @Test
  void theSameRegistrationAgainIs200_andAnother409() throws Exception {
    String token = Tokens.opaque();
    String body = "{\"token\":\"" + token + "\",\"type\":\"api_key\",\"sub\":\"a\"}";

    Answer first = cluster.post("/v1/credentials", Caller.AUTHORIZATION_SERVER, body);
    Answer again = cluster.post("/v1/credentials", Caller.AUTHORIZATION_SERVER, body);
    Answer other =
        cluster.post(
            "/v1/credentials", Caller.AUTHORIZATION_SERVER, body.replace("\"a\"", "\"b\""));

    assertThat(first.status()).isEqualTo(201);
    assertThat(first.body()).doesNotContain(token).contains("fingerprint");
    assertThat(again.status()).isEqualTo(200);
    assertThat(other.status()).isEqualTo(409);
  }

  @Test
  void registersAThousandAtOnce_lineByLine() throws Exception {
    List<String> tokens = IntStream.range(0, 998).mapToObj(i -> Tokens.opaque()).toList();
    String lines =
        tokens.stream()
                .map(token -> "{\"token\":\"" + token + "\",\"type\":\"api_key\"}\n")
                .collect(Collectors.joining())
            + "{\"token\":\"short\",\"type\":\"api_key\"}\n"
            + "not JSON\n";

    Answer answer =
        cluster.send(
            "POST",
            cluster.publisherUrl() + "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "application/x-ndjson",
            lines);

    assertThat(answer.status()).isEqualTo(200);
    List<String> results = answer.body().lines().toList();
    assertThat(results).hasSize(1_000);
    for (int i = 0; i < 998; i++) {
      JsonNode result = JSON.readTree(results.get(i));
      assertThat(result.path("line").asInt()).isEqualTo(i + 1);
      assertThat(result.path("status").asInt()).as(results.get(i)).isEqualTo(201);
    }
    assertThat(JSON.readTree(results.get(998)).path("status").asInt()).isEqualTo(422);
    assertThat(JSON.readTree(results.get(999)).path("status").asInt()).isEqualTo(400);
    for (int i = 0; i < 998; i += 100) {
      assertThat(cluster.isActiveEverywhere(tokens.get(i))).isTrue();
    }
    assertThat(
            cluster
                .send(
                    "POST",
                    cluster.publisherUrl() + "/v1/credentials",
                    Caller.AUTHORIZATION_SERVER,
                    "application/x-ndjson",
                    lines + "{}\n")
                .status())
        .isEqualTo(413);
  }

  @Test
  void registersABatchAsLargeAsMayBe_andKnowsALineThatComesTwice() throws Exception {
    String filler = "x".repeat(4_000);
    String token = Tokens.opaque();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 900; i++) {
      lines.append("{\"type\":\"api_key\",\"of_mine\":\"").append(filler);
      lines.append("\",\"token\":\"").append(Tokens.opaque()).append("\"}\n");
    }
    String line = "{\"type\":\"api_key\",\"token\":\"" + token + "\"}\n";
    lines.append(line).append(line);
    lines.append("{\"type\":\"api_key\",\"sub\":\"another\",\"token\":\"" + token + "\"}\n");

    Answer answer =
        cluster.send(
            "POST",
            cluster.publisherUrl() + "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "application/x-ndjson",
            lines.toString());

    List<Integer> statuses = new ArrayList<>();
    for (String result : answer.body().lines().toList()) {
      statuses.add(JSON.readTree(result).path("status").asInt());
    }
    assertThat(statuses.subList(0, 900)).containsOnly(201);
    assertThat(statuses.subList(900, 903)).containsExactly(201, 200, 409);
    assertThat(answer.body().lines().toList().get(902)).contains("\"field\":\"fingerprint\"");
  }

  @Test
  void asksWhoCallsBeforeItReadsWhatTheySend() throws Exception {
    String url = cluster.publisherUrl() + "/v1/credentials";
    String large = "x".repeat(2 * 1024 * 1024);

    Answer unknown = cluster.send("POST", url, null, "application/x-ndjson", large);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(unknown.header("WWW-Authenticate")).hasSize(1);
    Answer twice =
        cluster.send(
            "POST",
            url,
            Caller.ADMIN,
            "application/json",
            "{}",
            "Authorization",
            Caller.CALLER.basic());
    assertThat(twice.status()).isEqualTo(400);
    assertThat(cluster.send("POST", url, Caller.ADMIN, "application/json", large).status())
        .isEqualTo(413);
    assertThat(
            cluster
                .send("POST", url, Caller.ADMIN, "application/x-ndjson", large.repeat(3))
                .status())
        .isEqualTo(413);
  }

  @Test
  void listsTheLiveNodes() throws Exception {
    Answer answer =
        cluster.send("GET", cluster.publisherUrl() + "/v1/nodes", Caller.ADMIN, null, null);

    JsonNode items = JSON.readTree(answer.body()).path("items");
    assertThat(items).hasSize(2);
    assertThat(items.get(0).path("node").asText()).isEqualTo("introspector-1");
    assertThat(items.get(0).path("state").asText()).isEqualTo("SERVING");
    assertThat(items.get(0).path("url").asText()).isEqualTo(cluster.introspectorUrl(1));
    assertThat(items.get(0).path("staleness_ms").asLong()).isLessThan(2_000);
  }
}
