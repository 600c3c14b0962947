package dev.rescind.platform.jose;

import static dev.rescind.platform.jose.OneIssuer.ISS;
import static dev.rescind.platform.jose.OneIssuer.NOW;
import static dev.rescind.platform.jose.OneIssuer.claims;
import static dev.rescind.platform.jose.OneIssuer.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F20 and F21: issuers' keys from endpoints that are slow, broken, hostile, or simply change. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class JwksIT {
  private static final Signer A = Signer.ec("P-256");
  private static final Signer B = Signer.ec("P-256");
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(500);

  private static final PrivateAddresses THIS_MACHINE =
      PrivateAddresses.of(List.of("127.0.0.0/8"));

  private final Vertx vertx = Vertx.vertx();
  private final JwksServer server = new JwksServer(vertx);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000); // about to wrap

  @TempDir Path directory;

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Issuers issuers(Duration limit, IssuerConfig... configs) {
    return new Issuers(
        vertx, List.of(configs), nanos::get, new BoundedGet(vertx, limit, THIS_MACHINE));
  }

  private static IssuerConfig at(String url) {
    return IssuerConfig.of(ISS, IssuerConfig.Keys.atUri(url));
  }

  /** One issuer whose first fetch has been made. */
  private Issuers started() {
    Issuers issuers = issuers(LIMIT, at(server.url("/jwks")));
    issuers.start().await();
    return issuers;
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Future<JwtVerdict> verify(Issuers issuers, Signer signer, @Nullable String kid) {
    return verify(issuers, signer.sign("ES256", header("ES256", kid), claims("")));
  }

  private static Future<JwtVerdict> verify(Issuers issuers, String jwt) {
    return issuers
        .verifier()
        .verify((PresentedToken.Jwt) PresentedToken.parse(jwt).orElseThrow(), NOW);
  }

  private static String outcome(Issuers issuers, Signer signer, @Nullable String kid) {
    return OneIssuer.outcome(verify(issuers, signer, kid).await());
  }

  private static @Nullable String failure(Issuers issuers) {
    return issuers.check().get(0).failure();
  }

  @Test
  void fetchesOnce_forHoweverManyTokens() {
    server.willPublish(A.jwk("a"));
    Issuers issuers = started();

    for (int i = 0; i < 100; i++) {
      Future<JwtVerdict> verdict = verify(issuers, A, "a");
      assertThat(verdict.isComplete()).isTrue();
      assertThat(OneIssuer.outcome(verdict.result())).isEqualTo("verified");
    }
    assertThat(server.asked()).containsExactly("/jwks");
    assertThat(issuers.check())
        .containsExactly(new Issuers.Health(ISS, true, 1, Duration.ZERO, null));
  }

  @Test
  void findsANewKey_whenATokenNamesIt() {
    server.willPublish(A.jwk("a"));
    Issuers issuers = started();
    server.willPublish(A.jwk("a"), B.jwk("b"));

    assertThat(outcome(issuers, B, "b")).isEqualTo("verified");
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void findsANewKey_whenATokenThatNamesNoneIsVerifiedByNoneThatIsKnown() {
    server.willPublish(A.jwk());
    Issuers issuers = started();
    server.willPublish(B.jwk());

    assertThat(outcome(issuers, B, null)).isEqualTo("verified");
    assertThat(outcome(issuers, A, null)).isEqualTo("SIGNATURE");
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void fetchesForUnknownNamesOnceInThirtySeconds_howeverManyThereAre() {
    server.willPublish(A.jwk("a"));
    Issuers issuers = started();

    List<Future<JwtVerdict>> flood = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      flood.add(verify(issuers, B, "random-" + i));
    }
    assertThat(flood.stream().map(one -> OneIssuer.outcome(one.await())))
        .containsOnly("UNKNOWN_KEY");
    assertThat(server.asked()).hasSize(2);

    pass(Duration.ofSeconds(30).minusNanos(1));
    assertThat(verify(issuers, B, "random").isComplete()).isTrue();
    assertThat(server.asked()).hasSize(2);

    pass(Duration.ofNanos(1));
    assertThat(outcome(issuers, B, "random")).isEqualTo("UNKNOWN_KEY");
    assertThat(server.asked()).hasSize(3);
    assertThat(outcome(issuers, A, "a")).isEqualTo("verified");
  }

  @Test
  void countsTheThirtySecondsForEachIssuer() {
    server.willPublish(A.jwk("a"));
    String other = "https://other.example";
    Issuers issuers =
        issuers(
            LIMIT,
            at(server.url("/one")),
            IssuerConfig.of(other, IssuerConfig.Keys.atUri(server.url("/other"))));
    issuers.start().await();

    for (int i = 0; i < 3; i++) {
      verify(issuers, A, "random").await();
      verify(issuers, A.sign("ES256", header("ES256", "random"), "{\"iss\":\"" + other + "\"}"))
          .await();
    }
    assertThat(server.asked()).containsExactlyInAnyOrder("/one", "/other", "/one", "/other");
  }

  @Test
  void answersAFloodOfUnknownNamesOnTheCallersThread() throws Exception {
    server.willPublish(A.jwk("a"));
    Issuers issuers = started();
    Promise<Boolean> same = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(
            none -> {
              Thread caller = Thread.currentThread();
              verify(issuers, B, "b")
                  .onComplete(done -> same.complete(Thread.currentThread() == caller));
            });

    assertThat(same.future().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void forgetsAKeyThatIsWithdrawn_butNotUnderWhichNamesItWasSeen() {
    server.willPublish(A.jwk("a"), B.jwk("b"), B.jwk("b2"));
    Issuers issuers = started();
    String jkt = JwkReader.read(B.jwk()).orElseThrow().jkt();
    assertThat(issuers.view().isCurrent(ISS, jkt)).isTrue();

    server.willPublish(A.jwk("a"));
    issuers.refresh().await();

    assertThat(issuers.view().isCurrent(ISS, jkt)).isFalse();
    assertThat(outcome(issuers, B, "b")).isEqualTo("UNKNOWN_KEY");
    assertThat(outcome(issuers, A, "a")).isEqualTo("verified");
    assertThat(issuers.thumbprints(ISS, "b")).containsExactly(jkt);
    assertThat(issuers.kids(ISS, String.valueOf(jkt))).containsExactlyInAnyOrder("b", "b2");
  }

  @Test
  void remembersEveryMaterialThatWasSeenUnderOneName() {
    server.willPublish(A.jwk("k"));
    Issuers issuers = started();
    server.willPublish(B.jwk("k"));
    issuers.refresh().await();

    assertThat(issuers.thumbprints(ISS, "k"))
        .containsExactlyInAnyOrder(
            JwkReader.read(A.jwk()).orElseThrow().jkt(),
            JwkReader.read(B.jwk()).orElseThrow().jkt());
    assertThat(outcome(issuers, A, "k")).isEqualTo("SIGNATURE");
    assertThat(issuers.thumbprints("https://other.example", "k")).isEmpty();
  }

  @Test
  void keepsOldKeysThroughFailures_untilTheirMaximumAge_andThenThatIssuerAloneIsUndecided() {
    server.willPublish(A.jwk("a"));
    String other = "https://other.example";
    Issuers issuers =
        issuers(
            LIMIT,
            at(server.url("/jwks")),
            IssuerConfig.of(other, IssuerConfig.Keys.secret("0123456789abcdef".repeat(2))));
    issuers.start().await();
    server.willAnswer(500, "{}");

    pass(Duration.ofHours(1));
    issuers.refresh().await();
    assertThat(outcome(issuers, A, "a")).isEqualTo("verified");
    assertThat(issuers.view().isFresh(ISS)).isTrue();
    assertThat(failure(issuers)).isEqualTo("status 500");

    pass(Duration.ofNanos(1));
    issuers.refresh().await();
    assertThat(outcome(issuers, A, "a")).isEqualTo("undecided");
    assertThat(outcome(issuers, B, "b")).isEqualTo("undecided");
    assertThat(issuers.view().isFresh(ISS)).isFalse();
    assertThat(issuers.view().isFresh(other)).isTrue();
    assertThat(
            OneIssuer.outcome(
                verify(
                        issuers,
                        Signer.hmac("0123456789abcdef".repeat(2).getBytes(UTF_8))
                            .sign("HS256", header("HS256", null), "{\"iss\":\"" + other + "\"}"))
                    .await()))
        .isEqualTo("verified");

    server.willPublish(A.jwk("a"));
    issuers.refresh().await();
    assertThat(outcome(issuers, A, "a")).isEqualTo("verified");
    assertThat(failure(issuers)).isNull();
  }

  @Test
  void isUndecided_beforeKeysWereEverHad_andStartsNevertheless() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    Issuers issuers = issuers(LIMIT, at("http://127.0.0.1:" + nobody + "/jwks"));
    issuers.start().await();

    assertThat(outcome(issuers, A, "a")).isEqualTo("undecided");
    assertThat(failure(issuers)).isNotNull();
    assertThat(issuers.check().get(0).fresh()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>sign in</html>",
        "{\"keys\":{}}",
        "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
        "{\"keys\":[],\"keys\":[]}"
      })
  void keepsOldKeys_whenTheEndpointAnswersSomethingElse(String body) {
    server.willPublish(A.jwk("a"));
    Issuers issuers = started();
    server.willAnswer(200, body);
    issuers.refresh().await();

    assertThat(failure(issuers)).isNotNull();
    assertThat(outcome(issuers, A, "a")).isEqualTo("verified");
  }

  @Test
  void keepsOldKeys_whenTheSetHoldsTenThousand() {
    server.willPublish(A.jwk("a"));
    Issuers issuers = started();

    ObjectNode[] small = new ObjectNode[10_000];
    Arrays.fill(small, Json.object().put("kty", "oct"));
    server.willPublish(small);
    issuers.refresh().await();
    assertThat(failure(issuers)).isEqualTo("more than 100 keys");

    Arrays.fill(small, B.jwk("b"));
    server.willPublish(small);
    issuers.refresh().await();
    assertThat(failure(issuers)).isEqualTo("body over 524288 bytes");
    assertThat(outcome(issuers, A, "a")).isEqualTo("verified");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 301, 302, 303, 307, 308, 401, 404, 500, 503})
  void takesKeysFromNoAnswerBut200_andFollowsNoRedirect(int status) {
    server.will(
        request -> {
          if (request.path().equals("/elsewhere")) {
            JwksServer.answer(request, 200, set(B.jwk("b")));
          } else {
            request.response().putHeader("Location", server.url("/elsewhere"));
            JwksServer.answer(request, status, status == 204 ? "" : "{\"keys\":[]}");
          }
        });
    Issuers issuers = started();

    assertThat(failure(issuers)).isEqualTo("status " + status);
    assertThat(server.asked()).containsExactly("/jwks");
  }

  @Test
  void hangsUp_whenTheBodyIsTooLong() throws Exception {
    Promise<Void> hungUp = server.willSendWithoutEnd(Buffer.buffer(" ".repeat(64 * 1024)), 1);
    Issuers issuers = started();

    assertThat(failure(issuers)).isEqualTo("body over 524288 bytes");
    hungUp.future().await(10, TimeUnit.SECONDS);
  }

  @Test
  void hangsUp_whenTheBodyOnlyDrips() throws Exception {
    Promise<Void> hungUp = server.willSendWithoutEnd(Buffer.buffer(" "), 20);
    Issuers issuers = issuers(SHORT, at(server.url("/jwks")));
    issuers.start().await();

    assertThat(failure(issuers)).isEqualTo("timed out");
    hungUp.future().await(10, TimeUnit.SECONDS);
  }

  @Test
  void hangsUp_whenNothingComes() throws Exception {
    Promise<Void> hungUp = Promise.promise();
    server.will(request -> request.connection().closeHandler(closed -> hungUp.tryComplete()));
    Issuers issuers = issuers(SHORT, at(server.url("/jwks")));
    issuers.start().await();

    assertThat(failure(issuers)).isEqualTo("timed out");
    hungUp.future().await(10, TimeUnit.SECONDS);
  }

  @Test
  void takesNothing_whenTheConnectionBreaksOffOrTheHeadersDoNotEnd() {
    server.will(
        request -> {
          request.response().putHeader("Content-Length", "1000");
          request
              .response()
              .write("{\"keys\":[]}")
              .onComplete(sent -> request.connection().close());
        });
    Issuers issuers = started();
    assertThat(failure(issuers)).isNotNull();

    server.will(
        request -> {
          request.response().putHeader("X", "x".repeat(1024 * 1024));
          JwksServer.answer(request, 200, set(A.jwk("a")));
        });
    issuers.refresh().await();
    assertThat(outcome(issuers, A, "a")).isEqualTo("undecided");
  }

  @Test
  void fetchesAgainByItself_atItsInterval() throws Exception {
    Promise<Void> again = Promise.promise();
    server.will(
        request -> {
          JwksServer.answer(request, 200, set(A.jwk("a")));
          if (server.asked().size() == 2) {
            again.complete();
          }
        });
    IssuerConfig.Keys keys =
        new IssuerConfig.Keys(
            server.url("/jwks"),
            false,
            null,
            null,
            false,
            Duration.ofSeconds(1),
            Duration.ofHours(1));
    Issuers issuers = issuers(LIMIT, IssuerConfig.of(ISS, keys));
    issuers.start().await();

    again.future().await(30, TimeUnit.SECONDS);
    issuers.close().await();
  }

  @Test
  void findsKeysByTheIssuersMetadata_ofEitherStandard() {
    for (String wellKnown :
        List.of(
            "/tenant/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server/tenant")) {
      String iss = server.url("/tenant");
      server.will(
          request -> {
            if (request.path().equals(wellKnown)) {
              JwksServer.answer(request, 200, metadata(iss, server.url("/jwks")));
            } else if (request.path().equals("/jwks")) {
              JwksServer.answer(request, 200, set(A.jwk("a")));
            } else {
              JwksServer.answer(request, 404, "");
            }
          });
      Issuers issuers = issuers(LIMIT, IssuerConfig.of(iss, IssuerConfig.Keys.discovered()));
      issuers.start().await();

      assertThat(failure(issuers)).isNull();
      assertThat(
              OneIssuer.outcome(
                  verify(
                          issuers,
                          A.sign("ES256", header("ES256", "a"), "{\"iss\":\"" + iss + "\"}"))
                      .await()))
          .isEqualTo("verified");
    }
  }

  @Test
  void takesNoKeys_byTheMetadataOfAnotherIssuer() {
    server.will(
        request ->
            JwksServer.answer(request, 200, metadata(server.url("/tenant/"), server.url("/jwks"))));
    Issuers issuers =
        issuers(LIMIT, IssuerConfig.of(server.url("/tenant"), IssuerConfig.Keys.discovered()));
    issuers.start().await();

    assertThat(failure(issuers)).isEqualTo("metadata is of another issuer");
    assertThat(server.asked()).doesNotContain("/jwks").hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1/jwks",
        "http://localhost.example/jwks",
        "http://127.0.0.1.example/jwks",
        "http://127.0.0.1@192.0.2.1/jwks",
        "http://0.0.0.0/jwks",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "ftp://127.0.0.1/jwks",
        "//127.0.0.1/jwks",
        "/jwks",
        "https:///jwks",
        "https://user:secret@as.example/jwks",
        "https://as.example/jwks#a",
        "jwks",
        " ",
        ""
      })
  void goesNowhereButToHttpsOrThisMachine(String uri) {
    String iss = server.url("");
    server.will(request -> JwksServer.answer(request, 200, metadata(iss, uri)));
    Issuers issuers = issuers(LIMIT, IssuerConfig.of(iss, IssuerConfig.Keys.discovered()));
    issuers.start().await();

    assertThat(failure(issuers)).isEqualTo("metadata names no jwks_uri to be used");
    assertThatThrownBy(() -> IssuerConfig.Keys.atUri(uri)).hasMessageContaining("keys.jwks_uri");
  }

  @Test
  void readsAFileAgain_whenItHasChanged_andKeepsItsKeysWhileItIsBroken() throws Exception {
    Path file = directory.resolve("jwks.json");
    Files.write(file, OneIssuer.set(A.jwk("a")));
    Issuers issuers =
        issuers(LIMIT, IssuerConfig.of(ISS, IssuerConfig.Keys.inFile(file.toString())));
    issuers.start().await();
    assertThat(outcome(issuers, A, "a")).isEqualTo("verified");

    Files.write(file, OneIssuer.set(A.jwk("a"), B.jwk("b")));
    assertThat(outcome(issuers, B, "b")).isEqualTo("verified");

    Files.write(file, new byte[BoundedGet.MAX_BYTES + 1]);
    issuers.refresh().await();
    assertThat(failure(issuers)).isEqualTo("file over 524288 bytes");
    Files.delete(file);
    issuers.refresh().await();
    assertThat(failure(issuers)).isEqualTo("NoSuchFileException");
    assertThat(outcome(issuers, B, "b")).isEqualTo("verified");
  }

  @Test
  void refusesAnIssuerThatIsConfiguredTwice_andDoesWithoutAny() {
    assertThatThrownBy(() -> issuers(LIMIT, at(server.url("/a")), at(server.url("/b"))))
        .hasMessageContaining("iss twice");
    Issuers none = issuers(LIMIT);
    none.start().await();
    assertThat(none.check()).isEqualTo(Collections.emptyList());
    assertThat(outcome(none, A, "a")).isEqualTo("foreign");
  }

  private static String set(ObjectNode... jwks) {
    return new String(OneIssuer.set(jwks), UTF_8);
  }

  private static String metadata(String iss, String jwksUri) {
    return Json.write(Json.object().put("issuer", iss).put("jwks_uri", jwksUri));
  }
}
