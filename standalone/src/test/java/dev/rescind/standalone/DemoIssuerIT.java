package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.rescind.platform.json.Json;
import dev.rescind.standalone.mint.IssuerKeys;
import dev.rescind.testing.FreePorts;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DemoIssuerIT {
  private static final IssuerKeys KEYS = IssuerKeys.generate();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Vertx vertx = Vertx.vertx();
  private String url = "";

  @BeforeEach
  void start() throws Exception {
    int port = FreePorts.one();
    url = DemoIssuer.iss(port);
    new DemoIssuer(vertx, port, KEYS, "https://api.example", "the mint's secret").start().await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void publishesTheKeysThatItSignsWith_whereItsMetadataSays() throws Exception {
    String metadata = get("/.well-known/oauth-authorization-server").body();
    assertThat(get("/.well-known/openid-configuration").body()).isEqualTo(metadata);
    String jwksUri = Json.parseObject(metadata).orElseThrow().path("jwks_uri").asText();
    JWKSet jwks = JWKSet.parse(get(jwksUri.substring(url.length())).body());

    String line = mint("{}\n").body();
    SignedJWT jwt = SignedJWT.parse(Json.parseObject(line).orElseThrow().path("token").asText());

    String kid = jwt.getHeader().getKeyID();
    assertThat(jwt.verify(new RSASSAVerifier(jwks.getKeyByKeyId(kid).toRSAKey()))).isTrue();
    assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo(url);
  }

  @Test
  void answersALineAToken_inTheOrderOfTheSpecs() throws Exception {
    String body = mint("{\"sub\":\"a\",\"count\":2}\n{\"sub\":\"b\"}\n").body();

    assertThat(body.lines().map(DemoIssuerIT::sub)).containsExactly("a", "a", "b");
  }

  @Test
  void mintsForNobody_whoDoesNotKnowTheSecret() throws Exception {
    assertThat(post("/mint", "{}", "Bearer other").statusCode()).isEqualTo(401);
    assertThat(post("/mint", "{}", "the mint's secret").statusCode()).isEqualTo(401);
  }

  @Test
  void saysWhichSpecIsNone_andMintsNoneOfThem() throws Exception {
    HttpResponse<String> answer = mint("{}\n{\"ttl\":\"long\"}\n");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.parseObject(answer.body()).orElseThrow().path("line").asInt()).isEqualTo(2);
  }

  @Test
  void refusesMoreTokensAtOnceThanItSays() throws Exception {
    assertThat(mint("{\"count\":" + (DemoIssuer.MAX_TOKENS + 1) + "}").statusCode()).isEqualTo(400);
  }

  @Test
  void signsForTheCommandLine_asManyAsItAsksFor() {
    TestConsole console = console();
    assertThat(console.run("mint", "--count", "600", "--alg", "ES256", "--json")).isZero();

    List<ObjectNode> minted =
        console.out().lines().map(line -> Json.parseObject(line).orElseThrow()).toList();
    assertThat(minted.stream().map(one -> one.path("jti").asText()).distinct()).hasSize(600);
    assertThat(minted)
        .allMatch(one -> one.hasNonNull("token") && one.hasNonNull("kid") && one.has("exp"));
  }

  @Test
  void signsABatch_inItsOrder() {
    String specs =
        IntStream.range(0, 1_200)
            .mapToObj(i -> "{\"sub\":\"u" + i + "\",\"alg\":\"ES256\"}\n")
            .collect(Collectors.joining());
    TestConsole console = console().saying(specs);

    assertThat(console.run("mint", "--batch")).isZero();
    assertThat(console.out().lines().map(DemoIssuerIT::subOfToken))
        .containsExactlyElementsOf(IntStream.range(0, 1_200).mapToObj(i -> "u" + i).toList());
  }

  @Test
  void printsWhatCameBefore_whenASpecOfABatchIsNone() {
    TestConsole console = console().saying("{\"sub\":\"a\"}\nnot one\n{\"sub\":\"b\"}\n");

    assertThat(console.run("mint", "--batch")).isEqualTo(2);
    assertThat(console.out().lines().map(DemoIssuerIT::subOfToken)).containsExactly("a");
    assertThat(console.err()).contains("line 2");
  }

  @Test
  void refusesTheCommandLine_thatDoesNotKnowTheSecret() {
    TestConsole console = console().with("RESCIND_ADMIN_SECRET", "other");
    assertThat(console.run("mint")).isEqualTo(4);
    assertThat(console.err()).contains("401");
  }

  private TestConsole console() {
    return new TestConsole(Path.of(""))
        .with("RESCIND_ISSUER", url)
        .with("RESCIND_ADMIN_SECRET", "the mint's secret");
  }

  @Test
  void knowsNothingElse() throws Exception {
    assertThat(get("/other").statusCode()).isEqualTo(404);
    assertThat(get("/mint").statusCode()).isEqualTo(405);
    assertThat(post("/jwks.json", "", "").statusCode()).isEqualTo(405);
  }

  private static String sub(String line) {
    return subOfToken(Json.parseObject(line).orElseThrow().path("token").asText());
  }

  private static String subOfToken(String token) {
    try {
      return SignedJWT.parse(token).getJWTClaimsSet().getSubject();
    } catch (ParseException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  private HttpResponse<String> mint(String specs) throws Exception {
    return post("/mint", specs, "Bearer the mint's secret");
  }

  private HttpResponse<String> post(String path, String body, String authorization)
      throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", authorization)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(
        request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
