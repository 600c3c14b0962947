package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers and issuers that come, change and go while the services run. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReloadIT {
  private static final Caller GUEST = new Caller("guest", List.of("introspect"), null, null);

  @TempDir static Path data;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        new Cluster(data, 2)
            .with("reload: {interval: 100ms}")
            .bound(Duration.ofSeconds(10))
            .start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void restore() throws Exception {
    cluster.configureAnew();
    Await.until("everything is as it was", ReloadIT::isAsItWas);
  }

  private static boolean isAsItWas() throws Exception {
    return cluster.isActiveEverywhere(cluster.issuer().mint(claims -> claims))
        && status(1, GUEST) == 401
        && status(2, GUEST) == 401
        && reload(Caller.ADMIN).status() == 200;
  }

  private static int status(int node, Caller caller) throws Exception {
    return cluster.introspect(node, "unknown", caller).status();
  }

  private static Answer reload(Caller caller) throws Exception {
    return cluster.send("POST", cluster.publisherUrl() + "/v1/reload", caller, null, null);
  }

  @Test
  void aCallerIsLetInOnceItIsConfigured_andRefusedOnceItIsNot() throws Exception {
    assertThat(status(1, GUEST)).isEqualTo(401);

    cluster.configureAnew(GUEST.yaml());
    Await.until("the guest is let in", () -> status(1, GUEST) == 200 && status(2, GUEST) == 200);
    cluster.configureAnew();
    Await.until("the guest is refused", () -> status(1, GUEST) == 401 && status(2, GUEST) == 401);
    assertThat(status(1, Caller.CALLER)).isEqualTo(200);
  }

  @Test
  void aReloadIsAnsweredWithWhatHasChanged_andRefusesTheRemovedAtOnce() throws Exception {
    cluster.configureAnew(GUEST.yaml());
    // The file may have been seen before the request came: either says who was added.
    assertThat(reload(Caller.ADMIN).status()).isEqualTo(200);
    assertThat(cluster.send("GET", revocations(), GUEST, null, null).status()).isEqualTo(403);
    cluster.configureAnew("sweep: {interval: 11m}");

    Answer answer = reload(Caller.ADMIN);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"issuers\":{\"added\":[],").contains("[\"sweep\"]");
    assertThat(answer.header("Rescind-Position")).hasSize(1);
    assertThat(cluster.send("GET", revocations(), GUEST, null, null).status()).isEqualTo(401);
  }

  private static String revocations() {
    return cluster.publisherUrl() + "/v1/revocations";
  }

  /** As docs/operations.md has it, step by step. */
  @Test
  void aSecretIsReplaced_withoutARefusedRequest() throws Exception {
    Caller old = new Caller("rotating", List.of("introspect"), null, null);
    Caller young =
        new Caller("young", List.of("introspect"), null, null); // its secret, not its name
    cluster.configureAnew(old.yaml());
    Await.until("the old secret is good", () -> status(old.secret()) == 200);
    assertThat(status(young.secret())).isEqualTo(401);

    String end = Instant.now().plus(Duration.ofDays(3)).truncatedTo(ChronoUnit.SECONDS).toString();
    cluster.configureAnew(rotating(young, old, end));
    Await.until(
        "the new secret is good",
        () -> {
          assertThat(status(old.secret())).isEqualTo(200);
          return status(young.secret()) == 200;
        });
    assertThat(status(old.secret())).isEqualTo(200);
    String management = cluster.managementUrl(1);
    assertThat(cluster.get(management + "/health/ready").body())
        .contains("a secret of test-rotating expires at " + end);
    String series = "rescind_caller_secret_expires_seconds{caller=\"test-rotating\"}";
    Await.until("it is shown", () -> Metrics.of(cluster, management).value(series) > 0);

    cluster.configureAnew(rotating(young, old, "2026-01-01T00:00:00Z"));
    Await.until(
        "the old secret is refused, though it was proven",
        () -> {
          assertThat(status(young.secret())).isEqualTo(200);
          return status(old.secret()) == 401;
        });
    cluster.configureAnew(old.yaml().replace(old.secretHash(), young.secretHash()));
    Await.until(
        "nothing is warned of",
        () -> !cluster.get(management + "/health/ready").body().contains("test-rotating"));
    assertThat(status(young.secret())).isEqualTo(200);
  }

  private static String rotating(Caller young, Caller old, String end) {
    return old.yaml()
        .replace(old.secretHash(), young.secretHash())
        .replace(
            "rights:",
            "secrets: [{secret_hash: \"%s\", expires_at: %s}], rights:"
                .formatted(old.secretHash(), end));
  }

  /** What comes of introspecting as the caller whose secret is replaced. */
  private static int status(String secret) throws Exception {
    String credentials =
        Base64.getEncoder()
            .encodeToString(("test-rotating:" + secret).getBytes(StandardCharsets.UTF_8));
    return cluster
        .send(
            "POST",
            cluster.introspectUrl(1),
            null,
            "application/x-www-form-urlencoded",
            "token=unknown",
            "Authorization",
            "Basic " + credentials)
        .status();
  }

  @Test
  void aReloadNeedsItsRight() throws Exception {
    assertThat(reload(Caller.CALLER).status()).isEqualTo(403);
    assertThat(
            cluster.send("POST", cluster.publisherUrl() + "/v1/reload", null, null, null).status())
        .isEqualTo(401);
  }

  @Test
  void aBadFileKeepsWhatIsInForce_andSaysWhy() throws Exception {
    String secret = "A-secret-that-is-no-hash";
    cluster.configureAnew(
        "identities: [{client_id: broken, secret_hashes: [\"%s\"]}]".formatted(secret));

    Answer answer = reload(Caller.ADMIN);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.header("Content-Type")).containsExactly("application/problem+json");
    assertThat(answer.body())
        .contains("\"field\":\"identities[7].secret_hashes[0]\"", "must be a hash")
        .doesNotContain(secret);
    String management = cluster.publisherManagementUrl();
    assertThat(cluster.get(management + "/health/ready").body())
        .contains("the configuration cannot be loaded", "identities[7]")
        .doesNotContain(secret);
    assertThat(Metrics.of(cluster, management).value("rescind_config_reload_failures_total"))
        .isPositive();
    Await.until(
        "the introspector says so too",
        () ->
            cluster
                .get(cluster.managementUrl(1) + "/health/ready")
                .body()
                .contains("identities[7]"));
    assertThat(cluster.get(cluster.managementUrl(1) + "/health/ready").status()).isEqualTo(200);
    assertThat(status(1, Caller.CALLER)).isEqualTo(200);
  }

  @Test
  void whatAnIssuerSigned_isInactiveOnceTheIssuerIsGone_howeverOftenItWasActive() throws Exception {
    String jwt = cluster.issuer().mint(claims -> claims);
    assertThat(cluster.isActiveEverywhere(jwt)).isTrue();
    assertThat(cluster.isActiveEverywhere(jwt)).isTrue();

    withoutIssuers();
    Await.until("its token is inactive", () -> cluster.isInactiveEverywhere(jwt));
  }

  @Test
  void whatAnIssuerSigned_isHeldToTheIssuersNewAudiences_howeverOftenItWasActive()
      throws Exception {
    String jwt = cluster.issuer().mint(claims -> claims);
    assertThat(cluster.isActiveEverywhere(jwt)).isTrue();

    edit("issuers:\n- iss", "issuers:\n- accept: {audiences: [\"https://none.example\"]}\n  iss");
    Await.until("its token is inactive", () -> cluster.isInactiveEverywhere(jwt));
  }

  @Test
  void aRevokedKeyStaysRevoked_whenItsIssuerGoesAndComesBack() throws Exception {
    String jwt = cluster.issuer().mint("ec-1", JWSAlgorithm.ES256, claims -> claims);
    assertThat(cluster.isActiveEverywhere(jwt)).isTrue();
    Answer revoked =
        cluster.post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"key\",\"iss\":\"%s\",\"kid\":\"ec-1\"}}"
                .formatted(cluster.issuer().iss()));
    assertThat(revoked.status()).as(revoked.body()).isEqualTo(201);
    assertThat(cluster.isInactiveEverywhere(jwt)).isTrue();

    String good = cluster.issuer().mint(claims -> claims);
    withoutIssuers();
    Await.until("the issuer is gone", () -> cluster.isInactiveEverywhere(good));
    cluster.configureAnew();
    Await.until("the issuer is back", () -> cluster.isActiveEverywhere(good));

    assertThat(cluster.isInactiveEverywhere(jwt)).isTrue();
  }

  private static void withoutIssuers() throws Exception {
    edit(
        "issuers:\n- iss: \"" + cluster.issuer().iss() + "\"",
        "issuers:\n- iss: \"http://gone.example\"");
  }

  private static void edit(String text, String replacement) throws Exception {
    for (String service : List.of("introspector-1", "introspector-2", "publisher")) {
      Path file = cluster.configFile(service);
      String before = Files.readString(file);
      assertThat(before).contains(text);
      Files.writeString(file, before.replace(text, replacement));
    }
  }
}
