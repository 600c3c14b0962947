package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RFC 7662 on a live node. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class IntrospectionIT {
  private static final String INACTIVE = "{\"active\":false}";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path data;

  private static Cluster cluster;
  private static String url;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 1).start();
    url = cluster.introspectUrl(1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
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

  private static JsonNode introspected(String token, Caller caller) throws Exception {
    return JSON.readTree(cluster.introspect(1, token, caller).body());
  }

  @Test
  void answersEveryMemberThatIsKnown() throws Exception {
    long now = Instant.now().getEpochSecond();
    String members =
        "\"iss\":\"https://as.example\",\"sub\":\"s\",\"client_id\":\"c\",\"username\":\"u\","
            + "\"scope\":\"a b\",\"aud\":[\"x\",\"y\"],\"iat\":"
            + now
            + ",\"nbf\":"
            + now
            + ",\"exp\":"
            + (now + 600)
            + ",\"jti\":\"j\",\"sid\":\"d\",\"grant_id\":\"g\",\"acr\":\"1\",\"amr\":[\"pwd\"],"
            + "\"auth_time\":"
            + now
            + ",\"act\":{\"sub\":\"actor\"},\"cnf\":{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"},"
            + "\"authorization_details\":[{\"type\":\"t\"}],\"of_mine\":{\"k\":[1,2]}";
    String token = register("\"type\":\"access_token\"," + members);

    JsonNode answer = introspected(token, Caller.CALLER);

    JsonNode expected = JSON.readTree("{\"active\":true,\"token_type\":\"DPoP\"," + members + "}");
    assertThat(answer).isEqualTo(expected);
  }

  @Test
  void aJwtAndItsOpaqueTwinGiveEqualAnswers() throws Exception {
    long now = Instant.now().getEpochSecond();
    String jwt =
        cluster
            .issuer()
            .mint(
                claims ->
                    claims
                        .subject("twin")
                        .jwtID("twin-1")
                        .claim("scope", List.of("a", "b"))
                        .claim("acr", "1")
                        .issueTime(Date.from(Instant.ofEpochSecond(now)))
                        .expirationTime(Date.from(Instant.ofEpochSecond(now + 300))));
    String opaque =
        register(
            "\"type\":\"access_token\",\"iss\":\""
                + cluster.issuer().iss()
                + "\",\"sub\":\"twin\",\"jti\":\"twin-1\",\"scope\":\"a b\",\"acr\":\"1\","
                + "\"client_id\":\"a-client\",\"aud\":\"https://api.example\",\"iat\":"
                + now
                + ",\"exp\":"
                + (now + 300));

    assertThat(cluster.introspect(1, jwt, Caller.CALLER).body())
        .isEqualTo(cluster.introspect(1, opaque, Caller.CALLER).body())
        .startsWith("{\"active\":true,\"scope\":\"a b\"");
  }

  @Test
  void everyInactiveAnswerHasTheSameBytesAndHeaders() throws Exception {
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("unknown", Tokens.opaque());
    tokens.put("malformed", "not a token \u0001");
    tokens.put("half a JWT", "eyJhbGciOiJSUzI1NiJ9.e30");
    tokens.put("long", "a".repeat(60_000));
    tokens.put(
        "expired",
        cluster.issuer().mint(c -> c.expirationTime(Date.from(Instant.now().minusSeconds(60)))));
    tokens.put(
        "not yet valid",
        cluster.issuer().mint(c -> c.notBeforeTime(Date.from(Instant.now().plusSeconds(60)))));
    tokens.put("foreign", cluster.issuer().mint(c -> c.issuer("https://elsewhere.example")));
    String good = cluster.issuer().mint(c -> c);
    tokens.put("bad signature", good.substring(0, good.length() - 8) + "AAAAAAAA");
    tokens.put("expired registration", register("\"type\":\"api_key\",\"exp\":1000000000"));
    String revoked = register("\"type\":\"api_key\"");
    assertThat(
            cluster
                .post(
                    "/v1/revocations?confirm=all",
                    Caller.ADMIN,
                    "{\"target\":{\"type\":\"token\",\"token\":\"" + revoked + "\"}}")
                .status())
        .isEqualTo(201);
    tokens.put("revoked", revoked);

    String first = masked(RawHttp.introspect(url, Tokens.opaque(), Caller.RESOURCE_SERVER));
    assertThat(first).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n" + INACTIVE);
    for (Map.Entry<String, String> one : tokens.entrySet()) {
      assertThat(masked(RawHttp.introspect(url, one.getValue(), Caller.CALLER)))
          .as(one.getKey())
          .isEqualTo(first);
    }
    String otherAudience = register("\"type\":\"api_key\",\"aud\":\"https://other.example\"");
    assertThat(masked(RawHttp.introspect(url, otherAudience, Caller.RESOURCE_SERVER)))
        .as("wrong audience")
        .isEqualTo(first);
    assertThat(masked(RawHttp.introspect(url, otherAudience, Caller.OTHER_SERVER)))
        .as("another's registration")
        .isEqualTo(first);
    assertThat(introspected(otherAudience, Caller.CALLER).path("active").asBoolean()).isTrue();
  }

  /** Takes out the values that depend on the node alone. */
  private static String masked(String answer) {
    return answer.replaceAll(
        "(?m)^(date|rescind-position|rescind-staleness-ms|Date|Rescind-Position|Rescind-Staleness-Ms): .*$",
        "$1: …");
  }

  @Test
  void aCallerSeesItsAudiences_andWhatItRegistered() throws Exception {
    String mine = register("\"type\":\"access_token\",\"aud\":[\"https://api.example\",\"z\"]");

    assertThat(introspected(mine, Caller.RESOURCE_SERVER).path("active").asBoolean()).isTrue();
    assertThat(introspected(mine, Caller.AUTHORIZATION_SERVER).path("active").asBoolean()).isTrue();
    assertThat(introspected(mine, Caller.OTHER_SERVER).path("active").asBoolean()).isFalse();
  }

  @Test
  void aHintNeverChangesTheAnswer() throws Exception {
    String token = register("\"type\":\"refresh_token\"");
    String plain = cluster.introspect(1, token, Caller.CALLER).body();

    for (String hint : List.of("access_token", "refresh_token", "nonsense", "")) {
      assertThat(
              cluster
                  .form(url, Caller.CALLER, Map.of("token", token, "token_type_hint", hint))
                  .body())
          .isEqualTo(plain);
    }
  }

  @Test
  void refusesWhatIsNoQuestion() throws Exception {
    assertRefused(cluster.form(url, Caller.CALLER, Map.of()), 400, "invalid_request");
    assertRefused(cluster.form(url, Caller.CALLER, Map.of("token", "")), 400, "invalid_request");
    assertRefused(post(FORM, "token=a&token=a"), 400, "invalid_request");
    assertRefused(post(FORM, "token=a&x=1&x=1"), 400, "invalid_request");
    assertRefused(post(FORM, "token=%zz"), 400, "invalid_request");
    assertRefused(post("application/json", "{\"token\":\"a\"}"), 415, "invalid_request");
    assertRefused(post(FORM, "token=" + "a".repeat(64 * 1024)), 413, "invalid_request");
    Answer get = cluster.send("GET", url, Caller.CALLER, null, null);
    assertRefused(get, 405, "invalid_request");
    assertThat(get.header("Allow")).containsExactly("POST");
  }

  @Test
  void closesTheConnectionWhereItSaysSo() throws Exception {
    String answer = RawHttp.exchange(url, "GET /introspect HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 405 ").containsIgnoringCase("connection: close");
  }

  @Test
  void refusesCallersThatItDoesNotKnow() throws Exception {
    Answer none = cluster.send("POST", url, null, FORM, "token=a");
    assertRefused(none, 401, "invalid_client");
    assertThat(none.header("WWW-Authenticate")).hasSize(1);
    assertThat(none.header("WWW-Authenticate").get(0)).startsWith("Basic ");

    String wrong =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (Caller.CALLER.clientId() + ":wrong").getBytes(StandardCharsets.UTF_8));
    Answer refused = cluster.send("POST", url, null, FORM, "token=a", "Authorization", wrong);
    assertRefused(refused, 401, "invalid_client");
    assertRefused(cluster.introspect(1, "a", Caller.NOBODY), 403, "insufficient_scope");
  }

  @Test
  void knowsCallersByBasicRawOrEncoded_orByTheBody_orByBothWhenEqual() throws Exception {
    String id = Caller.CALLER.clientId();
    String secret = Caller.CALLER.secret();
    String encoded =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (encode(id) + ":" + encode(secret)).getBytes(StandardCharsets.UTF_8));
    String body = "client_id=" + encode(id) + "&client_secret=" + encode(secret);

    assertThat(cluster.introspect(1, "a", Caller.CALLER).status()).isEqualTo(200);
    assertThat(cluster.send("POST", url, null, FORM, "token=a", "Authorization", encoded).status())
        .isEqualTo(200);
    assertThat(cluster.send("POST", url, null, FORM, "token=a&" + body).status()).isEqualTo(200);
    assertThat(cluster.send("POST", url, Caller.CALLER, FORM, "token=a&" + body).status())
        .isEqualTo(200);
    assertThat(cluster.send("POST", url, Caller.ADMIN, FORM, "token=a&" + body).status())
        .isEqualTo(401);
  }

  @Test
  void carriesItsPosition_andRefusesOneThatIsNotOurs() throws Exception {
    Answer answer = cluster.introspect(1, "a", Caller.CALLER);
    assertThat(answer.header("Cache-Control")).containsExactly("no-store");
    assertThat(answer.header("Rescind-Staleness-Ms").get(0)).matches("[0-9]+");
    String position = answer.header("Rescind-Position").get(0);

    assertThat(cluster.introspect(1, "a", Caller.CALLER, "Rescind-At-Least", position).status())
        .isEqualTo(200);
    char last = position.charAt(position.length() - 2);
    String forged =
        position.substring(0, position.length() - 2)
            + (last == 'A' ? 'B' : 'A')
            + position.charAt(position.length() - 1);
    assertRefused(
        cluster.introspect(1, "a", Caller.CALLER, "Rescind-At-Least", forged),
        400,
        "invalid_request");
  }

  @Test
  void aTokenWithoutKidIsVerifiedByTheOneKeyThatFits_andNoneOfAnotherIssuer() throws Exception {
    try (Issuer other = new Issuer()) {
      assertThat(introspected(other.mint(c -> c), Caller.CALLER).path("active").asBoolean())
          .isFalse();
    }
    String noKid = cluster.issuer().mint(null, JWSAlgorithm.ES256, c -> c);
    assertThat(introspected(noKid, Caller.CALLER).path("active").asBoolean()).isTrue();
  }

  @Test
  void countsEveryRequestByWhatItCameTo() throws Exception {
    double before = counted();
    cluster.introspect(1, Tokens.opaque(), Caller.CALLER);
    cluster.introspect(1, cluster.issuer().mint(c -> c), Caller.CALLER);
    cluster.form(url, Caller.CALLER, Map.of());
    cluster.send("GET", url, Caller.CALLER, null, null);

    assertThat(counted() - before).isEqualTo(4);
  }

  private static double counted() throws Exception {
    return cluster
        .get(cluster.managementUrl(1) + "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("rescind_introspections_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Answer post(String type, String body) throws Exception {
    return cluster.send("POST", url, Caller.CALLER, type, body);
  }

  private static void assertRefused(Answer answer, int status, String error) throws Exception {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(JSON.readTree(answer.body()).path("error").asText()).isEqualTo(error);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
