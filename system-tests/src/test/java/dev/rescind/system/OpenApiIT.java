package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.system.OpenApi.Operation;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The routes of a live cluster, held to the document: every operation, with every status that the
 * document has for it.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OpenApiIT {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";
  private static final String NDJSON = "application/x-ndjson";
  private static final String TOO_LARGE = " ".repeat(65 * 1024);

  /**
   * It would take more callers at once than are authenticated at once, or a node without keys to
   * sign by.
   */
  private static final Set<String> NOT_BROUGHT_ABOUT =
      Set.of(
          "listNodes 503",
          "listApprovals 503",
          "showApproval 503",
          "decideApproval 503",
          "previewRevocation 503",
          "reload 503",
          "index 503",
          "jwks 404",
          "jwksHead 404",
          "listApiKeys 503",
          "showApiKey 503");

  /** Asks for what a second identity must approve. */
  private static final Caller ASKING = new Caller("asking", List.of("revoke:client"), null, null);

  private static final Caller READING = new Caller("reading", List.of("read"), null, null);

  /** May ask once a second, and nothing in particular. */
  private static final Caller THROTTLED = new Caller("throttled", List.of(), null, null);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<String> seen = new TreeSet<>();

  @TempDir static Path directory;
  @AutoClose private static Cluster cluster;
  private static OpenApi api;

  @BeforeAll
  static void start() throws Exception {
    api = OpenApi.load(OpenApi.DOCUMENT);
    cluster =
        new Cluster(directory, 1)
            .with(ASKING.yaml())
            .with(READING.yaml())
            .with(THROTTLED.yaml().replace("rights:", "rate: {per_second: 1}, rights:"))
            .with(
                "answers: {signing_keys: [{private_key: %s}]}"
                    .formatted(ClusterConfig.quoted(LiftPair.generate().privatePem())));
    cluster.start();
  }

  @Test
  @Order(1)
  void credentialsAreRegisteredAsTheDocumentSays() throws Exception {
    String token = random(24);
    String body = registration(token, "1");
    String other = registration(token, "2");
    Asked as = asked("register").by(Caller.AUTHORIZATION_SERVER).as(JSON);
    as.with(body).answers(201);
    as.with(body).answers(200);
    as.with(other).answers(409);
    as.with("{").answers(400);
    as.by(null).with(body).answers(401);
    as.by(Caller.NOBODY).with(body).answers(403);
    as.with(TOO_LARGE).answers(413);
    as.as(NDJSON).with("\n".repeat(1_001)).answers(413);
    as.as("text/plain").with(body).answers(415);
    as.with("{\"active\":true}").answers(422);
    String lines =
        String.join(
            "\n", registration(random(24), "1"), body, other, "[]", registration("short", "1"));
    Answer answer = as.as(NDJSON).with(lines).answers(200);
    assertThat(answer.body().lines())
        .extracting(line -> line.replaceAll(".*\"status\":([0-9]+).*", "$1"))
        .containsExactly("201", "200", "409", "400", "422");
  }

  @Test
  @Order(2)
  void introspectionAnswersAsTheDocumentSays() throws Exception {
    String token = registered();
    Asked as = asked("introspect").by(Caller.AUTHORIZATION_SERVER).as(FORM);
    assertThat(as.with("token=" + token).answers(200).body()).startsWith("{\"active\":true,");
    assertThat(as.with("token=unknown").answers(200).body()).isEqualTo("{\"active\":false}");
    as.with("token=" + token).having("Accept", "application/token-introspection+jwt").answers(200);
    as.with("").answers(400);
    as.with("token=a&token=a").answers(400);
    as.with("token=" + token).having("Rescind-At-Least", "AAAA").answers(400);
    as.by(null).with("token=" + token).answers(401);
    as.by(Caller.NOBODY).with("token=" + token).answers(403);
    as.with("token=" + "a".repeat(64 * 1024)).answers(413);
    as.as(JSON).with("{}").answers(415);
  }

  @Test
  @Order(3)
  void tokensAreRevokedAsTheDocumentSays() throws Exception {
    String token = registered();
    Asked as = asked("revokeToken").by(Caller.AUTHORIZATION_SERVER).as(FORM).with("token=" + token);
    as.by(Caller.OTHER_SERVER).answers(400);
    String position = as.answers(200).header("Rescind-Position").get(0);
    Answer introspected =
        asked("introspect")
            .by(Caller.AUTHORIZATION_SERVER)
            .as(FORM)
            .with("token=" + token)
            .having("Rescind-At-Least", position)
            .answers(200);
    assertThat(introspected.body()).isEqualTo("{\"active\":false}");
    as.with("token=unknown").answers(200);
    as.with("").answers(400);
    as.by(null).answers(401);
    as.by(Caller.RESOURCE_SERVER).answers(403);
    as.with("token=" + "a".repeat(64 * 1024)).answers(413);
    as.as(JSON).with("{}").answers(415);
  }

  @Test
  @Order(4)
  void everyTargetIsRevokedAsTheDocumentSays() throws Exception {
    Asked admin = asked("revoke").by(Caller.ADMIN).as(JSON);
    for (String example : List.of("subject", "token", "suspension", "key")) {
      admin.with(example("revoke", example)).answers(201);
    }
    for (String target :
        List.of(
            "\"token\",\"fingerprint\":\"" + random(32) + "\"",
            "\"token\",\"iss\":\"i\",\"jti\":\"j\"",
            "\"grant\",\"iss\":\"i\",\"grant_id\":\"g\"",
            "\"session\",\"iss\":\"i\",\"sid\":\"s\"",
            "\"issuer\",\"iss\":\"i\"",
            "\"key\",\"jkt\":\"" + random(32) + "\"",
            "\"certificate\",\"x5t#S256\":\"" + random(32) + "\"")) {
      admin.with("{\"target\":{\"type\":" + target + "}}").answers(201);
    }
  }

  @Test
  @Order(5)
  void revocationsAreRepeatedConfirmedAndRefusedAsTheDocumentSays() throws Exception {
    String body = example("revoke", "subject");
    Asked admin = asked("revoke").by(Caller.ADMIN).as(JSON).with(body);
    Asked repeatable = admin.having("Idempotency-Key", random(16));
    Answer first = repeatable.at("?confirm=all").answers(201);
    assertThat(first.body()).contains("\"complete\":true", "\"applied_ms\":");
    assertThat(first.header("Idempotent-Replay")).isEmpty();
    assertThat(repeatable.answers(201).header("Idempotent-Replay")).containsExactly("true");
    repeatable.with(example("revoke", "key")).answers(409);
    admin.with("{\"target\":{},\"target\":{}}").answers(400);
    admin.by(null).answers(401);
    admin.by(Caller.AUTHORIZATION_SERVER).answers(403);
    admin.with(TOO_LARGE).answers(413);
    admin.as(FORM).answers(415);
    admin.with("{\"target\":{\"type\":\"subject\",\"iss\":\"i\"}}").answers(422);
    admin.at("?confirm=some").answers(422);
  }

  @Test
  @Order(6)
  void revocationsAreListedShownAndLiftedAsTheDocumentSays() throws Exception {
    Asked list = asked("listRevocations").by(Caller.ADMIN);
    String page = list.at("?limit=2&actor=" + Caller.ADMIN.clientId()).answers(200).body();
    String next = page.replaceAll(".*\"next\":\"([^\"]+)\".*", "$1");
    assertThat(list.at("?cursor=" + next).answers(200).body()).contains("\"id\":");
    assertThat(list.at("?x5t%23S256=none").answers(200).body()).isEqualTo("{\"items\":[]}");
    list.having("Authorization", "Basic another").answers(400);
    list.by(null).answers(401);
    list.by(Caller.NOBODY).answers(403);
    list.at("?limit=0&unknown=1").answers(422);

    String id = page.replaceAll(".*?\"id\":\"([^\"]+)\".*", "$1");
    for (String operation : List.of("showRevocation", "lift", "lift", "showRevocation")) {
      Asked admin = asked(operation).by(Caller.ADMIN).at(id);
      admin.answers(200);
      admin.having("Authorization", "Basic another").answers(400);
      admin.by(null).answers(401);
      admin.by(Caller.NOBODY).answers(403);
      admin.at(UUID.randomUUID().toString()).answers(404);
    }
    assertThat(asked("showRevocation").by(Caller.ADMIN).at(id).answers(200).body())
        .contains("\"lifted_at\":");
  }

  @Test
  @Order(7)
  void nodesMetadataAndManagementAnswerAsTheDocumentSays() throws Exception {
    Asked nodes = asked("listNodes");
    assertThat(nodes.by(Caller.ADMIN).answers(200).body()).contains("\"state\":\"SERVING\"");
    nodes.by(Caller.ADMIN).having("Authorization", "Basic another").answers(400);
    nodes.answers(401);
    nodes.by(Caller.NOBODY).answers(403);
    assertThat(asked("metadata").answers(200).body()).contains(cluster.introspectUrl(1));
    for (String operation :
        List.of(
            "metadataHead",
            "jwks",
            "jwksHead",
            "index",
            "indexHead",
            "live",
            "liveHead",
            "ready",
            "readyHead",
            "metrics",
            "metricsHead")) {
      asked(operation).answers(200);
    }
    asked("index").at("?at=1700000000000").answers(200);
    asked("index").at("?at=yesterday").answers(400);
  }

  @Test
  @Order(7)
  void theConfigurationIsLoadedAnewAsTheDocumentSays() throws Exception {
    Asked reload = asked("reload");
    assertThat(reload.by(Caller.ADMIN).answers(200).body()).contains("\"needs_restart\":[]");
    reload.by(Caller.ADMIN).having("Authorization", "Basic another").answers(400);
    reload.answers(401);
    reload.by(Caller.NOBODY).answers(403);
    reload.by(Caller.ADMIN).as(JSON).with(TOO_LARGE).answers(413);
    cluster.configureAnew("nonsense: 1");
    assertThat(reload.by(Caller.ADMIN).answers(422).body()).contains("nonsense");
    cluster.configureAnew();
  }

  @Test
  @Order(6)
  void revocationsArePreviewedAndApprovedAsTheDocumentSays() throws Exception {
    Asked preview = asked("previewRevocation").by(Caller.ADMIN).as(JSON);
    preview.with(example("previewRevocation", "subject")).answers(200);
    preview.with("{").answers(400);
    preview.by(null).with("{}").answers(401);
    preview.by(Caller.NOBODY).with(example("previewRevocation", "subject")).answers(403);
    preview.with(TOO_LARGE).answers(413);
    preview.as(FORM).with("{}").answers(415);
    preview.with("{}").answers(422);

    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ids.add(
          asked("revoke")
              .by(ASKING)
              .as(JSON)
              .with("{\"target\":{\"type\":\"client\",\"iss\":\"i\",\"client_id\":\"c\"}}")
              .answers(202)
              .body()
              .replaceAll(".*\"id\":\"([^\"]+)\".*", "$1"));
    }
    Asked list = asked("listApprovals").by(Caller.ADMIN);
    assertThat(list.answers(200).body()).contains(ids);
    list.having("Authorization", "Basic another").answers(400);
    list.by(null).answers(401);
    list.by(Caller.NOBODY).answers(403);
    list.at("?unknown=1").answers(422);
    Asked show = asked("showApproval").by(ASKING).at(ids.get(0));
    show.answers(200);
    show.having("Authorization", "Basic another").answers(400);
    show.by(null).answers(401);
    show.by(Caller.NOBODY).answers(404);
    Asked decide = asked("decideApproval").by(Caller.ADMIN).as(JSON).at(ids.get(0));
    String approve = example("decideApproval", "approve");
    decide.with("{").answers(400);
    decide.by(null).with(approve).answers(401);
    decide.by(READING).with(approve).answers(403);
    decide.at(UUID.randomUUID().toString()).with(approve).answers(404);
    decide.by(ASKING).with(approve).answers(409);
    decide.with(TOO_LARGE).answers(413);
    decide.as(FORM).with(approve).answers(415);
    decide.with("{\"decision\":\"perhaps\"}").answers(422);
    decide.with(approve).answers(201);
    decide.with(approve).answers(201);
    decide.at(ids.get(1)).with("{\"decision\":\"reject\"}").answers(200);
  }

  @Test
  @Order(7)
  void theAuditIsListedAndVerifiedAsTheDocumentSays() throws Exception {
    for (String operation : List.of("listAudit", "verifyAudit")) {
      Asked audit = asked(operation);
      audit.by(Caller.ADMIN).answers(200);
      audit.by(Caller.ADMIN).having("Authorization", "Basic another").answers(400);
      audit.answers(401);
      audit.by(Caller.NOBODY).answers(403);
      audit.by(Caller.ADMIN).at("?unknown=1").answers(422);
    }
    asked("listAudit").by(Caller.ADMIN).at("?action=revoke&limit=1&since=0").answers(200);
    asked("verifyAudit").by(Caller.ADMIN).at("?records=0&head=" + "A".repeat(43)).answers(200);
  }

  @Test
  @Order(7)
  void apiKeysAreMadeListedReplacedAndRevokedAsTheDocumentSays() throws Exception {
    Asked create = asked("createApiKey").by(Caller.AUTHORIZATION_SERVER).as(JSON);
    String made = create.with(example("createApiKey", "deployment")).answers(201).body();
    create.with("{").answers(400);
    create.by(null).with("{}").answers(401);
    create.by(Caller.NOBODY).with("{}").answers(403);
    create.with(TOO_LARGE).answers(413);
    create.as(FORM).with("{}").answers(415);
    create.with("{\"token\":\"t\"}").answers(422);

    Asked list = asked("listApiKeys").by(Caller.ADMIN);
    assertThat(list.at("?limit=1").answers(200).body()).contains("\"items\":[{");
    list.having("Authorization", "Basic another").answers(400);
    list.by(null).answers(401);
    list.by(Caller.NOBODY).answers(403);
    list.at("?limit=0").answers(422);

    String id = made.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
    Asked rotate = asked("rotateApiKey").by(Caller.AUTHORIZATION_SERVER).as(JSON).at(id);
    rotate.with("{\"overlap\":-1}").answers(422);
    rotate.as(FORM).with("{}").answers(415);
    rotate.with(TOO_LARGE).answers(413);
    rotate.with(example("rotateApiKey", "aDay")).answers(201);
    rotate.with("{}").answers(409);
    rotate.with("[]").answers(400);
    for (String operation : List.of("showApiKey", "rotateApiKey", "revokeApiKey")) {
      Asked owner = asked(operation).by(Caller.AUTHORIZATION_SERVER).at(id);
      owner.having("Authorization", "Basic another").answers(400);
      owner.by(null).answers(401);
      owner.by(Caller.NOBODY).answers(403);
      owner.at(random(32)).answers(404);
    }
    asked("showApiKey").by(Caller.AUTHORIZATION_SERVER).at(id).answers(200);
    asked("revokeApiKey").by(Caller.AUTHORIZATION_SERVER).at(id).answers(200);
  }

  @Test
  @Order(8)
  void whoAsksTooMuchIsAnsweredAsTheDocumentSays() throws Exception {
    for (Operation operation : api.operations()) {
      if (api.statuses(operation).contains("429")) {
        boolean form = operation.path().equals("/introspect") || operation.path().equals("/revoke");
        Asked asked =
            asked(operation.id())
                .by(THROTTLED)
                .as(form ? FORM : JSON)
                .at(UUID.randomUUID().toString());
        Await.until("a second request is one too many", () -> asked.status() == 429);
        assertThat(asked.answers(429).header("Retry-After")).hasSize(1);
      }
    }
  }

  @Test
  @Order(8)
  void everyMethodThatAPathHasNotIs405() throws Exception {
    Set<String> paths = new LinkedHashSet<>();
    for (Operation operation : api.operations()) {
      if (paths.add(operation.path())) {
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
          if (!api.methods(operation.path()).contains(method)) {
            String url = url(operation, UUID.randomUUID().toString());
            Answer answer = cluster.send(method, url, Caller.ADMIN, JSON, null);
            assertThat(api.problemsOfOtherMethod(operation.path(), answer))
                .as(method + " " + operation.path())
                .isEmpty();
          }
        }
      }
    }
  }

  @Test
  @Order(9)
  void everyOtherPathIs404() throws Exception {
    for (String base :
        List.of(
            cluster.introspectorUrl(1),
            cluster.publisherUrl(),
            cluster.managementUrl(1),
            cluster.publisherManagementUrl())) {
      assertThat(cluster.get(base + "/unknown").status()).isEqualTo(404);
    }
  }

  @Test
  @Order(10)
  void withoutABroker_everythingThatNeedsTheLogIs503() throws Exception {
    String token = registered();
    String keyId =
        asked("createApiKey")
            .by(Caller.AUTHORIZATION_SERVER)
            .as(JSON)
            .with("{}")
            .answers(201)
            .body()
            .replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
    cluster.stopBroker();
    Await.until(
        "the introspector is not ready",
        () -> cluster.get(cluster.managementUrl(1) + "/health/ready").status() == 503);
    asked("ready").answers(503);
    asked("readyHead").answers(503);
    asked("live").answers(200);
    Asked as = asked("introspect").by(Caller.AUTHORIZATION_SERVER).as(FORM);
    as.with("token=" + token).answers(503);
    as.with("token=unknown").answers(503);
    asked("revokeToken")
        .by(Caller.AUTHORIZATION_SERVER)
        .as(FORM)
        .with("token=" + token)
        .answers(503);
    asked("revoke").by(Caller.ADMIN).as(JSON).with(example("revoke", "subject")).answers(503);
    asked("listRevocations").by(Caller.ADMIN).answers(503);
    String unknown = UUID.randomUUID().toString();
    asked("showRevocation").by(Caller.ADMIN).at(unknown).answers(503);
    asked("lift").by(Caller.ADMIN).at(unknown).answers(503);
    asked("listAudit").by(Caller.ADMIN).answers(503);
    asked("verifyAudit").by(Caller.ADMIN).answers(503);
    asked("createApiKey").by(Caller.AUTHORIZATION_SERVER).as(JSON).with("{}").answers(503);
    asked("rotateApiKey").by(Caller.AUTHORIZATION_SERVER).at(keyId).answers(503);
    asked("revokeApiKey").by(Caller.AUTHORIZATION_SERVER).at(keyId).answers(503);
    Asked register =
        asked("register").by(Caller.AUTHORIZATION_SERVER).with(registration(random(24), "1"));
    register.as(JSON).answers(503);
    assertThat(register.as(NDJSON).answers(200).body())
        .startsWith("{\"line\":1,\"status\":503,\"fingerprint\":");
  }

  @Test
  @Order(11)
  void everyStatusOfTheDocumentWasSeen() {
    Set<String> documented = new TreeSet<>();
    for (Operation operation : api.operations()) {
      api.statuses(operation).forEach(status -> documented.add(operation.id() + " " + status));
    }
    documented.removeAll(seen);
    assertThat(documented).isEqualTo(NOT_BROUGHT_ABOUT);
  }

  /** A question to the cluster, whose answer is held to the document. */
  private record Asked(
      Operation operation,
      @Nullable Caller caller,
      @Nullable String type,
      String rest,
      @Nullable String body,
      List<String> headers) {

    Asked by(@Nullable Caller other) {
      return new Asked(operation, other, type, rest, body, headers);
    }

    Asked as(String otherType) {
      return new Asked(operation, caller, otherType, rest, body, headers);
    }

    /** With a query, or a value for the path's parameter. */
    Asked at(String otherRest) {
      return new Asked(operation, caller, type, otherRest, body, headers);
    }

    Asked with(String otherBody) {
      return new Asked(operation, caller, type, rest, otherBody, headers);
    }

    Asked having(String name, String value) {
      return new Asked(operation, caller, type, rest, body, List.of(name, value));
    }

    int status() throws Exception {
      return send().status();
    }

    private Answer send() throws Exception {
      return cluster.send(
          operation.method(),
          url(operation, rest),
          caller,
          type,
          body,
          headers.toArray(new String[0]));
    }

    Answer answers(int status) throws Exception {
      Answer answer = send();
      assertThat(answer.status()).as(operation.id() + " " + answer.body()).isEqualTo(status);
      assertThat(api.problems(operation, answer)).as(operation.id() + " " + answer).isEmpty();
      seen.add(operation.id() + " " + status);
      return answer;
    }
  }

  private static Asked asked(String operationId) {
    return new Asked(api.operation(operationId), null, null, "", null, List.of());
  }

  private static String url(Operation operation, String rest) {
    String base =
        switch (operation.service()) {
          case INTROSPECTOR -> cluster.introspectorUrl(1);
          case PUBLISHER -> cluster.publisherUrl();
          case MANAGEMENT -> cluster.managementUrl(1);
        };
    return operation.path().contains("{")
        ? base + operation.path().replaceAll("\\{[^}]+}", rest)
        : base + operation.path() + (rest.startsWith("?") ? rest : "");
  }

  private static String example(String operationId, String name) {
    return api.requestExample(api.operation(operationId), JSON, name).toString();
  }

  private static String registered() throws Exception {
    String token = random(24);
    asked("register")
        .by(Caller.AUTHORIZATION_SERVER)
        .as(JSON)
        .with(registration(token, "1"))
        .answers(201);
    return token;
  }

  private static String registration(String token, String sub) {
    return "{\"token\":\"%s\",\"type\":\"access_token\",\"sub\":\"%s\"}".formatted(token, sub);
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
