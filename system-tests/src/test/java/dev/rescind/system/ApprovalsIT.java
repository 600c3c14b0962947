package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What waits for a second identity, who may do what, and what a revocation would hit. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ApprovalsIT {
  private static final String ISS = "https://as.example";

  private static final Caller FIRST = admin("first-admin");
  private static final Caller SECOND = admin("second-admin");

  private static Caller admin(String name) {
    return new Caller(
        name, List.of("read", "revoke:key", "revoke:client", "revoke:subject"), null, null);
  }

  private static Caller only(String right) {
    return new Caller("only-" + right.replace(':', '-'), List.of(right), null, null);
  }

  private static final List<String> RIGHTS =
      List.of(
          "introspect",
          "register",
          "read",
          "audit",
          "revoke:own",
          "revoke:token",
          "revoke:grant",
          "revoke:session",
          "revoke:subject",
          "revoke:client",
          "revoke:issuer",
          "revoke:key",
          "revoke:certificate",
          "lift",
          "reload",
          "break-glass");

  @TempDir static Path directory;
  @AutoClose private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(directory, 1);
    cluster.with(FIRST.yaml()).with(SECOND.yaml());
    for (String right : RIGHTS) {
      cluster.with(only(right).yaml());
    }
    cluster.with(
        new Caller("by-audience", List.of("revoke:token", "revoke:subject"), List.of("aud-1"), null)
            .yaml());
    cluster.with(
        new Caller(
                "by-issuer", List.of("revoke:token", "revoke:subject", "read", "audit"), null, null)
            .yaml()
            .replace("}]", ", issuers: [tenant-1]}]"));
    cluster.with("approvals: {threshold: 3}");
    cluster.start();
  }

  private static ObjectNode json(Answer answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return Json.parseObject(answer.body()).orElseThrow();
  }

  private static String target(String type, String members) {
    return "{\"target\":{\"type\":\"" + type + "\"," + members + "}}";
  }

  private static String client(String clientId) {
    return target("client", "\"iss\":\"" + ISS + "\",\"client_id\":\"" + clientId + "\"");
  }

  private static String register(String members) throws Exception {
    String token = Tokens.opaque();
    Answer answer =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\"" + token + "\",\"type\":\"access_token\"," + members + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return token;
  }

  private static Answer decide(String id, Caller caller, String decision) throws Exception {
    return cluster.post("/v1/approvals/" + id, caller, "{\"decision\":\"" + decision + "\"}");
  }

  private static Answer get(String path, Caller caller) throws Exception {
    return cluster.send("GET", cluster.publisherUrl() + path, caller, null, null);
  }

  private static String ask(String body) throws Exception {
    return json(cluster.post("/v1/revocations", FIRST, body), 202)
        .path("approval")
        .path("id")
        .asText();
  }

  @Test
  void aClientIsRevokedOnceASecondIdentityHasApproved() throws Exception {
    String token = register("\"client_id\":\"c-approved\"");
    String id = ask(client("c-approved"));
    assertThat(cluster.isActiveEverywhere(token)).isTrue();
    assertThat(decide(id, FIRST, "approve").status()).isEqualTo(409);
    assertThat(decide(id, Caller.NOBODY, "approve").status()).isEqualTo(404);
    assertThat(decide(id, only("read"), "approve").status()).isEqualTo(403);
    assertThat(cluster.isActiveEverywhere(token)).isTrue();
    assertThat(get("/v1/approvals", SECOND).body()).contains(id);

    ObjectNode revoked =
        json(
            cluster.post(
                "/v1/approvals/" + id + "?confirm=all", SECOND, "{\"decision\":\"approve\"}"),
            201);
    assertThat(revoked.path("id").asText()).isEqualTo(id);
    assertThat(revoked.path("actor").asText()).isEqualTo(FIRST.clientId());
    assertThat(cluster.isInactiveEverywhere(token)).isTrue();
    assertThat(json(decide(id, SECOND, "approve"), 201).path("id").asText()).isEqualTo(id);
    assertThat(decide(id, Caller.ADMIN, "approve").status()).isEqualTo(409);
    assertThat(json(get("/v1/approvals/" + id, FIRST), 200).path("decided_by").asText())
        .isEqualTo(SECOND.clientId());
    assertThat(get("/v1/audit?action=revoke&actor=" + SECOND.clientId(), Caller.ADMIN).body())
        .contains("\"requested_by\":\"" + FIRST.clientId() + "\"", id);
  }

  @Test
  void whatIsRejectedIsNotRevoked() throws Exception {
    String token = register("\"client_id\":\"c-rejected\"");
    String id = ask(client("c-rejected"));
    assertThat(json(decide(id, SECOND, "reject"), 200).path("state").asText())
        .isEqualTo("rejected");
    assertThat(decide(id, Caller.ADMIN, "approve").status()).isEqualTo(409);
    assertThat(cluster.isActiveEverywhere(token)).isTrue();
  }

  @Test
  void whatWaitsIsKnownAfterARestart_andUnderTheSameIdempotencyKey() throws Exception {
    String body = client("c-restarted");
    String key = UUID.randomUUID().toString();
    Answer first = cluster.post("/v1/revocations", FIRST, body, "Idempotency-Key", key);
    String id = json(first, 202).path("approval").path("id").asText();
    assertThat(cluster.post("/v1/revocations", FIRST, body, "Idempotency-Key", key).body())
        .isEqualTo(first.body());
    cluster.stopPublisher();
    cluster.startPublisher();
    Await.until("it is known", () -> get("/v1/approvals/" + id, SECOND).status() == 200);
    assertThat(decide(id, SECOND, "approve").status()).isEqualTo(201);
    Answer again = cluster.post("/v1/revocations", FIRST, body, "Idempotency-Key", key);
    assertThat(json(again, 201).path("id").asText()).isEqualTo(id);
    assertThat(again.header("Idempotent-Replay")).containsExactly("true");
  }

  @Test
  void whoBreaksTheGlassDoesNotWait_andThatIsWrittenDown() throws Exception {
    double before =
        Metrics.of(cluster, cluster.publisherManagementUrl()).value("rescind_break_glass_total");
    json(cluster.post("/v1/revocations", Caller.ADMIN, client("c-glass")), 201);
    assertThat(
            Metrics.of(cluster, cluster.publisherManagementUrl())
                .value("rescind_break_glass_total"))
        .isEqualTo(before + 1);
    assertThat(get("/v1/audit?action=break_glass", Caller.ADMIN).body())
        .contains("\"client_id\":\"c-glass\"");
  }

  @Test
  void aRevocationOfManyCredentialsWaits_andItsPreviewSaysWhatItWouldHit() throws Exception {
    String many = target("subject", "\"iss\":\"" + ISS + "\",\"sub\":\"s-many\"");
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      tokens.add(register("\"sub\":\"s-many\",\"client_id\":\"c" + i + "\""));
    }
    register("\"sub\":\"s-another\"");
    ObjectNode preview = json(cluster.post("/v1/revocations/preview", FIRST, many), 200);
    assertThat(preview.path("complete").asBoolean()).isTrue();
    assertThat(preview.path("registered").asInt()).isEqualTo(2);
    assertThat(preview.path("by_type").toString()).isEqualTo("{\"access_token\":2}");
    assertThat(preview.path("by_client").toString()).isEqualTo("{\"c0\":1,\"c1\":1}");
    assertThat(preview.path("sample").size()).isEqualTo(2);
    assertThat(preview.toString()).doesNotContain(tokens.get(0), tokens.get(1));
    json(cluster.post("/v1/revocations", FIRST, many), 201);

    json(cluster.post("/v1/revocations/preview", FIRST, many), 200);
    String most = target("subject", "\"iss\":\"" + ISS + "\",\"sub\":\"s-most\"");
    for (int i = 0; i < 3; i++) {
      register("\"sub\":\"s-most\"");
    }
    json(cluster.post("/v1/revocations", FIRST, most), 202);
    json(cluster.post("/v1/revocations", Caller.ADMIN, most), 201);
    assertThat(
            json(cluster.post("/v1/revocations/preview", FIRST, most), 200)
                .path("registered")
                .asInt())
        .isZero();
  }

  @Test
  void anIdentityOfOneAudienceRevokesItsTokensAlone() throws Exception {
    Caller caller = new Caller("by-audience", List.of(), List.of("aud-1"), null);
    String own = register("\"aud\":\"aud-1\"");
    String others = register("\"aud\":\"aud-2\"");
    String ofToken = "/v1/revocations";
    assertThat(cluster.post(ofToken, caller, target("token", "\"token\":\"" + own + "\"")).status())
        .isEqualTo(201);
    for (String body :
        List.of(
            target("token", "\"token\":\"" + others + "\""),
            target("token", "\"token\":\"" + Tokens.opaque() + "\""),
            target("token", "\"iss\":\"i\",\"jti\":\"j\""),
            target("subject", "\"iss\":\"i\",\"sub\":\"s\""))) {
      assertThat(cluster.post(ofToken, caller, body).status()).as(body).isEqualTo(403);
      assertThat(cluster.post(ofToken + "/preview", caller, body).status()).isEqualTo(403);
    }
    assertThat(cluster.isActiveEverywhere(others)).isTrue();
  }

  @Test
  void anIdentityOfOneIssuerReachesItsCredentialsAlone() throws Exception {
    Caller caller = new Caller("by-issuer", List.of(), null, null);
    String own = register("\"iss\":\"tenant-1\"");
    String others = register("\"iss\":\"tenant-2\"");
    String path = "/v1/revocations";
    Map<String, Integer> expected =
        Map.of(
            target("token", "\"token\":\"" + own + "\""), 201,
            target("token", "\"token\":\"" + others + "\""), 403,
            target("subject", "\"iss\":\"tenant-1\",\"sub\":\"s\""), 201,
            target("subject", "\"iss\":\"tenant-2\",\"sub\":\"s\""), 403);
    for (Map.Entry<String, Integer> one : expected.entrySet()) {
      assertThat(cluster.post(path, caller, one.getKey()).status())
          .as(one.getKey())
          .isEqualTo(one.getValue());
    }
    assertThat(get("/v1/audit", caller).status()).isEqualTo(403);
  }

  /** An operation, and the rights of which each alone allows it. */
  private record Operation(String method, String path, String body, List<String> allowed) {}

  private static List<Operation> operations() {
    String none = UUID.randomUUID().toString();
    List<Operation> all = new ArrayList<>();
    Map<String, String> targets =
        Map.of(
            "token", "\"fingerprint\":\"" + "A".repeat(43) + "\"",
            "grant", "\"iss\":\"i\",\"grant_id\":\"g\"",
            "session", "\"iss\":\"i\",\"sid\":\"s\"",
            "subject", "\"iss\":\"i\",\"sub\":\"s\"",
            "client", "\"iss\":\"i\",\"client_id\":\"c\"",
            "issuer", "\"iss\":\"i\"",
            "key", "\"jkt\":\"" + "A".repeat(43) + "\"",
            "certificate", "\"x5t#S256\":\"" + "A".repeat(43) + "\"");
    targets.forEach(
        (type, members) -> {
          String body = target(type, members);
          all.add(new Operation("POST", "/v1/revocations", body, List.of("revoke:" + type)));
          all.add(
              new Operation(
                  "POST", "/v1/revocations/preview", body, List.of("read", "revoke:" + type)));
        });
    List<String> approvers = new ArrayList<>(RIGHTS);
    approvers.removeIf(right -> !right.startsWith("revoke:") || right.equals("revoke:own"));
    approvers.add("read");
    all.add(new Operation("GET", "/v1/approvals", "", approvers));
    all.add(new Operation("GET", "/v1/revocations", "", List.of("read")));
    all.add(new Operation("GET", "/v1/revocations/" + none, "", List.of("read")));
    all.add(new Operation("DELETE", "/v1/revocations/" + none, "", List.of("lift")));
    all.add(new Operation("GET", "/v1/nodes", "", List.of("read")));
    all.add(new Operation("GET", "/v1/audit", "", List.of("audit")));
    all.add(new Operation("GET", "/v1/audit/verification", "", List.of("audit")));
    all.add(new Operation("POST", "/v1/reload", "", List.of("reload")));
    all.add(new Operation("POST", "/v1/credentials", "{}", List.of("register")));
    return all;
  }

  @Test
  void everyRightAllowsWhatItIsFor_andNothingElse() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Operation operation : operations()) {
      for (String right : RIGHTS) {
        Answer answer =
            cluster.send(
                operation.method(),
                cluster.publisherUrl() + operation.path(),
                only(right),
                "application/json",
                operation.body());
        if ((answer.status() != 403) != operation.allowed().contains(right)
            || answer.status() == 401
            || answer.status() >= 500) {
          wrong.add(right + ": " + operation + " " + answer.status());
        }
      }
    }
    for (String right : RIGHTS) {
      int revoke =
          cluster
              .form(
                  cluster.publisherUrl() + "/revoke", only(right), Map.of("token", Tokens.opaque()))
              .status();
      boolean may = right.equals("revoke:own") || right.equals("revoke:token");
      if (revoke != (may ? 200 : 403)) {
        wrong.add(right + ": /revoke " + revoke);
      }
      int introspect = cluster.introspect(1, Tokens.opaque(), only(right)).status();
      if (introspect != (right.equals("introspect") ? 200 : 403)) {
        wrong.add(right + ": /introspect " + introspect);
      }
    }
    assertThat(wrong).isEmpty();
  }
}
