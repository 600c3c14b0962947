package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** API keys as a product: {@code /v1/api-keys}, on a real cluster. */
@Timeout(120)
class ApiKeysIT {
  private static final Caller OWNER = Caller.AUTHORIZATION_SERVER;

  @TempDir static Path data;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 2).start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  private static ObjectNode json(Answer answer) {
    return Json.parseObject(answer.body()).orElseThrow();
  }

  private static Answer call(String method, String path, Caller caller, @Nullable String body)
      throws Exception {
    return cluster.send(
        method,
        cluster.publisherUrl() + "/v1/api-keys" + path,
        caller,
        body == null ? null : "application/json",
        body);
  }

  private static ObjectNode create(String body) throws Exception {
    Answer answer = call("POST", "", OWNER, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    assertThat(answer.header("Cache-Control")).containsExactly("no-store");
    return json(answer);
  }

  private static String id(JsonNode key) {
    return key.path("id").textValue();
  }

  private static String text(JsonNode key) {
    return key.path("key").textValue();
  }

  private static ObjectNode shown(String id, Caller caller) throws Exception {
    Answer answer = call("GET", "/" + id, caller, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  @Test
  void aKeyIsShownOnce_andIsActiveEverywhere() throws Exception {
    ObjectNode key = create("{\"name\":\"ci\",\"client_id\":\"robot\",\"scope\":\"a b\"}");

    assertThat(text(key)).matches("rsc_[0-9A-Za-z]{49}");
    assertThat(text(key)).startsWith(key.path("hint").textValue());
    assertThat(key.path("hint").textValue()).hasSize(8);
    assertThat(cluster.isActiveEverywhere(text(key))).isTrue();
    ObjectNode answer = json(cluster.introspect(1, text(key), OWNER));
    assertThat(answer.path("scope").textValue()).isEqualTo("a b");
    assertThat(answer.path("client_id").textValue()).isEqualTo("robot");
    assertThat(answer.path("api_key").path("name").textValue()).isEqualTo("ci");
    ObjectNode shown = shown(id(key), OWNER);
    assertThat(shown.has("key")).isFalse();
    assertThat(shown.path("state").textValue()).isEqualTo("active");
    assertThat(shown.path("registered_by").textValue()).isEqualTo(OWNER.clientId());
    assertThat(call("GET", "", Caller.ADMIN, null).body()).doesNotContain(text(key));
  }

  @Test
  void listsTheCallersOwn_orAllToThoseWhoRead() throws Exception {
    List<String> mine = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      mine.add(id(create("{\"name\":\"listed\"}")));
    }

    assertThat(ids(OWNER, 2)).containsAll(mine);
    assertThat(ids(Caller.ADMIN, 1_000)).containsAll(mine);
    assertThat(ids(Caller.OTHER_SERVER, 1_000)).doesNotContainAnyElementsOf(mine);
    assertThat(call("GET", "", Caller.CALLER, null).status()).isEqualTo(403);
    assertThat(call("GET", "/" + mine.get(0), Caller.OTHER_SERVER, null).status()).isEqualTo(404);
    assertThat(call("GET", "?limit=0", OWNER, null).status()).isEqualTo(422);
    assertThat(call("GET", "?cursor=abc", OWNER, null).status()).isEqualTo(422);
  }

  private static List<String> ids(Caller caller, int limit) throws Exception {
    List<String> ids = new ArrayList<>();
    String cursor = "";
    do {
      ObjectNode page = json(call("GET", "?limit=" + limit + cursor, caller, null));
      page.path("items").forEach(key -> ids.add(id(key)));
      cursor = page.has("next") ? "&cursor=" + page.path("next").textValue() : "";
    } while (!cursor.isEmpty());
    return ids;
  }

  @Test
  void aRevokedKeyIsInactiveEverywhere_andStaysInTheList() throws Exception {
    ObjectNode key = create("{}");

    assertThat(call("DELETE", "/" + id(key), Caller.OTHER_SERVER, null).status()).isEqualTo(404);
    assertThat(call("DELETE", "/" + id(key), Caller.CALLER, null).status()).isEqualTo(403);
    Answer answer = call("DELETE", "/" + id(key), OWNER, null);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    String position = json(answer).path("position").textValue();
    for (int node = 1; node <= 2; node++) {
      assertThat(cluster.introspect(node, text(key), OWNER, "Rescind-At-Least", position).body())
          .isEqualTo("{\"active\":false}");
    }
    assertThat(shown(id(key), OWNER).path("state").textValue()).isEqualTo("revoked");
    assertThat(call("DELETE", "/" + id(key), OWNER, null).status()).isEqualTo(200);
    assertThat(call("POST", "/" + id(key) + "/rotate", OWNER, "{}").status()).isEqualTo(409);
  }

  @Test
  void aRotatedKeyEndsAtOnce_withoutAnOverlap() throws Exception {
    ObjectNode key = create("{\"name\":\"rotated\",\"client_id\":\"robot\"}");

    Answer answer = call("POST", "/" + id(key) + "/rotate", OWNER, null);

    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    ObjectNode successor = json(answer);
    assertThat(text(successor)).isNotEqualTo(text(key));
    assertThat(successor.path("name").textValue()).isEqualTo("rotated");
    assertThat(successor.path("client_id").textValue()).isEqualTo("robot");
    assertThat(successor.path("replaces").textValue()).isEqualTo(id(key));
    assertThat(cluster.isActiveEverywhere(text(successor))).isTrue();
    String position = answer.header("Rescind-Position").get(0);
    for (int node = 1; node <= 2; node++) {
      assertThat(cluster.introspect(node, text(key), OWNER, "Rescind-At-Least", position).body())
          .isEqualTo("{\"active\":false}");
    }
  }

  @Test
  void aRotatedKeyStaysForItsOverlap_alsoWhenThePublisherIsStartedAnew() throws Exception {
    ObjectNode key = create("{}");
    ObjectNode successor = json(call("POST", "/" + id(key) + "/rotate", OWNER, "{\"overlap\":6}"));
    Instant endsAt = Instant.parse(successor.path("replaced").path("ends_at").textValue());

    assertThat(shown(id(key), OWNER).path("ends_at").textValue()).isEqualTo(endsAt.toString());
    assertThat(call("POST", "/" + id(key) + "/rotate", OWNER, "{}").status()).isEqualTo(409);
    assertThat(cluster.isActiveEverywhere(text(key))).isTrue();
    cluster.stopPublisher();
    cluster.startPublisher();

    Await.until("the replaced key ends", () -> cluster.isInactiveEverywhere(text(key)));
    assertThat(Instant.now()).isAfterOrEqualTo(endsAt);
    assertThat(cluster.isActiveEverywhere(text(successor))).isTrue();
    assertThat(shown(id(key), OWNER).path("state").textValue()).isEqualTo("revoked");
  }

  @Test
  void aUseIsSeenInTheList() throws Exception {
    ObjectNode key = create("{}");
    assertThat(shown(id(key), OWNER).has("last_used_at")).isFalse();
    Instant before = Instant.now().minusSeconds(1);

    assertThat(cluster.isActiveEverywhere(text(key))).isTrue();

    Await.until("a use is known", () -> shown(id(key), OWNER).has("last_used_at"));
    assertThat(Instant.parse(shown(id(key), OWNER).path("last_used_at").textValue()))
        .isBetween(before, Instant.now());
  }

  @Test
  void aTypoIsInactive_andCannotBeRegistered() throws Exception {
    String key = text(create("{}"));
    String typo = key.substring(0, 20) + (key.charAt(20) == 'x' ? 'y' : 'x') + key.substring(21);

    assertThat(cluster.isInactiveEverywhere(typo)).isTrue();
    Answer refused =
        cluster.post("/v1/credentials", OWNER, "{\"type\":\"api_key\",\"token\":\"" + typo + "\"}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body()).contains("\"field\":\"token\"").doesNotContain(typo);
  }

  @Test
  void refusesABodyThatIsNotForKeys() throws Exception {
    assertThat(call("POST", "", OWNER, "{\"token\":\"x\"}").status()).isEqualTo(422);
    assertThat(call("POST", "", OWNER, "{\"api_key\":{}}").status()).isEqualTo(422);
    assertThat(call("POST", "", OWNER, "{\"exp\":1}").status()).isEqualTo(422);
    assertThat(call("POST", "", OWNER, "[]").status()).isEqualTo(400);
    assertThat(call("POST", "", Caller.CALLER, "{}").status()).isEqualTo(403);
    assertThat(call("GET", "/nothing", OWNER, null).status()).isEqualTo(404);
    assertThat(call("POST", "/nothing/rotate", OWNER, "{}").status()).isEqualTo(404);
    assertThat(
            cluster
                .post(
                    "/v1/credentials",
                    OWNER,
                    "{\"type\":\"api_key\",\"token\":\""
                        + Tokens.opaque()
                        + "\",\"api_key\":{\"replaces\":{}}}")
                .status())
        .isEqualTo(422);
  }
}
