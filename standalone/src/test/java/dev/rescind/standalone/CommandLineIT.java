package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the commands send, and what they make of each answer. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CommandLineIT {
  private static final String ACTIVE = "{\"active\":true,\"sub\":\"alice\",\"exp\":1800000000}";
  private static final String REVOKED =
      "{\"id\":\"r1\",\"target\":{\"type\":\"subject\",\"iss\":\"https://as.example\","
          + "\"sub\":\"alice\"},\"issued_before\":\"2026-01-01T00:00:00Z\",\"position\":\"p\"}";

  @TempDir Path directory;

  private final CannedServer server;
  private TestConsole console = new TestConsole(Path.of(""));

  CommandLineIT() throws IOException {
    server = new CannedServer();
  }

  private TestConsole answering(int status, String body) {
    server.answering(status, body);
    console =
        new TestConsole(directory)
            .with("RESCIND_INTROSPECT_URLS", server.url() + "/introspect")
            .with("RESCIND_PUBLISH_URL", server.url())
            .with("RESCIND_ISSUER", "https://as.example")
            .with("RESCIND_CALLER_ID", "caller")
            .with("RESCIND_CALLER_SECRET", "caller secret")
            .with("RESCIND_AS_ID", "as")
            .with("RESCIND_AS_SECRET", "as secret")
            .with("RESCIND_ADMIN_ID", "admin")
            .with("RESCIND_ADMIN_SECRET", "admin secret");
    return console;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void introspectsAsTheCaller_withTheTokenInTheBodyAlone() throws Exception {
    assertThat(answering(200, ACTIVE).run("introspect", "a+b/c=")).isZero();

    CannedServer.Asked asked = server.asked();
    assertThat(asked.method() + " " + asked.uri()).isEqualTo("POST /introspect");
    assertThat(asked.mediaType()).isEqualTo("application/x-www-form-urlencoded");
    assertThat(asked.body()).isEqualTo("token=a%2Bb%2Fc%3D");
    assertThat(asked.authorization()).isEqualTo("Basic Y2FsbGVyOmNhbGxlcitzZWNyZXQ=");
    assertThat(console.out()).startsWith("active\n").contains("alice", "2027-01-15T08:00:00Z");
  }

  @Test
  void introspectsWhatStandardInputSays() throws Exception {
    assertThat(answering(200, ACTIVE).saying("the-token\r\nmore\n").run("introspect", "-"))
        .isZero();
    assertThat(server.asked().body()).isEqualTo("token=the-token");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"active\":true}            | 0",
        "200 | {\"active\":false}           | 1",
        "400 | {\"error\":\"invalid_request\"} | 4",
        "401 | {\"error\":\"invalid_client\"}  | 4",
        "403 | {}                           | 4",
        "500 | oops                         | 4",
        "503 | {}                           | 3",
        "200 | not JSON                     | 4",
      })
  void saysByItsExitCode_whatTheAnswerWas(int status, String body, int exitCode) throws Exception {
    assertThat(answering(status, body).run("introspect", "token")).isEqualTo(exitCode);
    assertThat(console.run("introspect", "token", "--all")).isEqualTo(exitCode);
    assertThat(console.run("introspect", "token", "--all", "--json")).isEqualTo(exitCode);
  }

  @Test
  void takesTheWorst_whenAllAreAsked() throws Exception {
    answering(200, ACTIVE);
    String good = server.url() + "/introspect";
    try (CannedServer unsure = new CannedServer().answering(503, "{}")) {
      console.with("RESCIND_INTROSPECT_URLS", good + " " + unsure.url() + "/introspect");

      assertThat(console.run("introspect", "token", "--all")).isEqualTo(3);
      assertThat(console.out().lines()).hasSize(2);
      assertThat(console.out()).contains(good + "  active").contains("undecided");
    }
  }

  @Test
  void saysInOneLine_whyItWasRefused() throws Exception {
    String problem =
        "{\"title\":\"t\",\"errors\":[{\"field\":\"target.sub\",\"message\":\"is \\u001b[31mrequired\"}]}";
    assertThat(answering(422, problem).run("revoke", "subject", "sub=alice")).isEqualTo(4);
    assertThat(console.err().lines()).hasSize(1);
    assertThat(console.err()).contains("422").contains("target.sub is").doesNotContain("\u001b");
  }

  @Test
  void saysInOneLine_thatNothingAnswers() throws Exception {
    answering(200, ACTIVE);
    server.close();

    assertThat(console.run("introspect", "token")).isEqualTo(4);
    assertThat(console.err()).contains("nothing answers at " + server.url());
    assertThat(console.err().lines()).hasSize(1);
  }

  @Test
  void registersARandomToken_andPrintsItAlone() throws Exception {
    assertThat(answering(201, "{\"fingerprint\":\"f\"}").run("register", "sub=alice", "n:=[1]"))
        .isZero();

    ObjectNode body = Json.parseObject(server.asked().body()).orElseThrow();
    assertThat(body.path("token").asText()).hasSizeGreaterThan(40).doesNotStartWith("-");
    assertThat(console.out()).isEqualTo(body.path("token").asText() + "\n");
    assertThat(body.path("type").asText()).isEqualTo("access_token");
    assertThat(body.path("sub").asText()).isEqualTo("alice");
    assertThat(body.path("n").toString()).isEqualTo("[1]");
    assertThat(server.asked().uri()).isEqualTo("/v1/credentials");
    assertThat(server.asked().authorization()).isEqualTo("Basic YXM6YXMrc2VjcmV0");
  }

  @Test
  void doesNotPrintATokenThatItWasGiven() throws Exception {
    answering(201, "{\"fingerprint\":\"f\"}").saying("from-standard-input\n");
    assertThat(console.run("register", "-", "--type", "api_key", "exp=1800000000")).isZero();

    assertThat(console.out()).doesNotContain("from-standard-input").contains("f");
    ObjectNode body = Json.parseObject(server.asked().body()).orElseThrow();
    assertThat(body.path("token").asText()).isEqualTo("from-standard-input");
    assertThat(body.path("exp").isNumber()).isTrue();
  }

  @Test
  void revokesAsTheAdmin_allThatWasAsked() throws Exception {
    answering(201, REVOKED);
    assertThat(
            console.run(
                "revoke",
                "subject",
                "sub=alice",
                "--issued-before",
                "1700000000",
                "--until",
                "2030-01-01T00:00:00Z",
                "--reason",
                "lost",
                "--confirm",
                "--confirm-timeout",
                "500",
                "--idempotency-key",
                "k1"))
        .isZero();

    CannedServer.Asked asked = server.asked();
    assertThat(asked.uri()).isEqualTo("/v1/revocations?confirm=all&confirm_timeout_ms=500");
    assertThat(asked.key()).isEqualTo("k1");
    assertThat(asked.authorization()).isEqualTo("Basic YWRtaW46YWRtaW4rc2VjcmV0");
    assertThat(Json.parseObject(asked.body()))
        .isEqualTo(
            Json.parseObject(
                "{\"target\":{\"sub\":\"alice\",\"iss\":\"https://as.example\","
                    + "\"type\":\"subject\"},\"issued_before\":1700000000,"
                    + "\"until\":\"2030-01-01T00:00:00Z\",\"reason\":\"lost\"}"));
    assertThat(console.out()).contains("r1");
  }

  @Test
  void revokesTheTokenOfStandardInput_howeverItIsAsked() throws Exception {
    for (String argument : new String[] {"-", "token=-"}) {
      answering(201, REVOKED).saying("secret-token\n");
      assertThat(console.run("revoke", "token", argument)).isZero();
      assertThat(Json.parseObject(server.asked().body()).orElseThrow().path("target"))
          .isEqualTo(Json.object().put("token", "secret-token").put("type", "token"));
    }
  }

  @Test
  void isUndecided_whenNotEveryNodeHasConfirmed() throws Exception {
    String answer =
        "{\"id\":\"r1\",\"confirmation\":{\"complete\":false,"
            + "\"nodes\":[{\"node\":\"n1\",\"applied_ms\":3}],\"missing\":[\"n2\"]}}";
    assertThat(answering(201, answer).run("revoke", "issuer", "iss=i", "--confirm")).isEqualTo(3);
    assertThat(console.out()).contains("n1").contains("n2");
  }

  @Test
  void lifts_andKnowsWhatIsNotThere() throws Exception {
    answering(200, "{\"id\":\"r1\",\"lifted_at\":\"2026-01-01T00:00:00Z\"}");
    assertThat(console.run("lift", "r1")).isZero();
    assertThat(server.asked().method() + " " + server.asked().uri())
        .isEqualTo("DELETE /v1/revocations/r1");
    assertThat(answering(404, "{}").run("lift", "r1")).isEqualTo(4);
  }

  @Test
  void makesListsReplacesAndRevokesApiKeys() throws Exception {
    String id = "a".repeat(43);
    String made = "{\"id\":\"" + id + "\",\"state\":\"active\",\"key\":\"rsc_k\"}";
    assertThat(answering(201, made).run("api-keys", "create", "name=ci", "client_id=c")).isZero();
    assertThat(console.out()).isEqualTo("rsc_k\n");
    assertThat(server.asked().body()).isEqualTo("{\"name\":\"ci\",\"client_id\":\"c\"}");
    assertThat(answering(201, made).run("api-keys", "rotate", id, "--overlap", "60")).isZero();
    assertThat(server.asked().method() + " " + server.asked().uri())
        .isEqualTo("POST /v1/api-keys/" + id + "/rotate");
    assertThat(server.asked().body()).isEqualTo("{\"overlap\":60}");
    assertThat(answering(200, made).run("api-keys", "revoke", id)).isZero();
    assertThat(server.asked().method() + " " + server.asked().uri())
        .isEqualTo("DELETE /v1/api-keys/" + id);

    String list = "{\"items\":[{\"id\":\"" + id + "\",\"hint\":\"rsc_1\",\"state\":\"active\"}]}";
    assertThat(answering(200, list).run("api-keys", "list")).isZero();
    assertThat(console.out()).contains(id + "  rsc_1");
    assertThat(console.run("api-keys", "list", "--json")).isZero();
    assertThat(console.out()).isEqualTo(list + "\n");
    assertThat(answering(404, "{}").run("api-keys", "revoke", id)).isEqualTo(4);
    assertThat(console.run("api-keys", "revoke", "no-id")).isEqualTo(2);
    assertThat(console.run("api-keys", "burn")).isEqualTo(2);
    assertThat(console.run("api-keys", "list", "--overlap", "1")).isEqualTo(2);
  }

  @Test
  void showsTheNodesInColumns() throws Exception {
    String answer =
        "{\"items\":[{\"node\":\"introspector-1\",\"url\":\"http://a\",\"state\":\"SERVING\","
            + "\"position\":12,\"staleness_ms\":40,\"version\":\"1\"}]}";
    assertThat(answering(200, answer).run("nodes")).isZero();
    assertThat(console.out().lines().toList().get(1))
        .isEqualTo("introspector-1  SERVING  40            1        http://a");
    assertThat(console.run("nodes", "--json")).isZero();
    assertThat(console.out()).isEqualTo(answer + "\n");
  }

  @Test
  void asksAsWhoeverIsNamed() throws Exception {
    assertThat(answering(200, ACTIVE).run("introspect", "t", "--as", "as")).isZero();
    assertThat(server.asked().authorization()).isEqualTo("Basic YXM6YXMrc2VjcmV0");
  }
}
