package dev.rescind.publisher.revoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.jose.IssuerConfig;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.jose.PrivateAddresses;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Target;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ExpiryTest {
  private static final long NOW = 1_800_000_000L;
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(NOW));
  private static final String ISS = "https://as.example";
  private static final String UNLIMITED = "https://other.example";
  private static final String SECRET = "a shared secret of thirty-six letters";
  private static final Vertx VERTX = Vertx.vertx();
  private static final Issuers ISSUERS =
      new Issuers(
          VERTX, List.of(issuer(ISS, Duration.ofHours(1)), issuer(UNLIMITED, null)), () -> 0, PrivateAddresses.none());
  private static final Optional<PresentedToken.Jwt> NO_JWT = Optional.empty();

  private final Expiry expiry = new Expiry(ISSUERS, CLOCK);

  private static IssuerConfig issuer(String iss, @Nullable Duration maxLifetime) {
    return new IssuerConfig(
        iss,
        IssuerConfig.Keys.secret(SECRET),
        new IssuerConfig.Accept(
            List.of(), List.of(), List.of(), Duration.ofSeconds(5), maxLifetime));
  }

  @BeforeAll
  static void start() {
    ISSUERS.start().await();
  }

  @AfterAll
  static void close() {
    ISSUERS.close().await();
    VERTX.close().await();
  }

  private Optional<Instant> of(Target target, Cutoff cutoff, @Nullable Instant until) {
    return expiry.of(new RevocationRequest(target, cutoff, until, null), NO_JWT).await();
  }

  private static Optional<Instant> second(long second) {
    return Optional.of(Instant.ofEpochSecond(second));
  }

  private static Optional<PresentedToken.Jwt> jwt(String claims, String secret) {
    String input = base64("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}") + "." + base64(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
      return PresentedToken.parse(
              input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature))
          .map(PresentedToken.Jwt.class::cast);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Optional<Instant> ofToken(Optional<PresentedToken.Jwt> jwt) {
    Target target = new Target.Token(jwt.orElseThrow().fingerprint());
    return expiry.of(new RevocationRequest(target, Cutoff.ALWAYS, null, null), jwt).await();
  }

  private static String claims(String iss, long exp) {
    return "{\"iss\":\"%s\",\"iat\":%d,\"exp\":%d}".formatted(iss, NOW - 60, exp);
  }

  @Test
  void aSuspensionIsOverAtItsEnd() {
    Instant until = Instant.ofEpochSecond(NOW + 7);
    assertThat(of(new Target.Issuer(ISS), Cutoff.ALWAYS, until)).contains(until);
  }

  @Test
  void aCutoffIsOverWhenTheLongestLivedCredentialBeforeItIs() {
    Cutoff now = new Cutoff(NOW);
    for (Target target :
        List.of(
            new Target.Grant(ISS, "g"),
            new Target.Session(ISS, "s"),
            new Target.Subject(ISS, "s"),
            new Target.Client(ISS, "c"),
            new Target.Issuer(ISS))) {
      assertThat(of(target, now, null)).as(target.toString()).isEqualTo(second(NOW + 3_605));
    }
    assertThat(of(new Target.Subject(ISS, "s"), new Cutoff(5), null)).isEqualTo(second(NOW));
  }

  @Test
  void isKeptForGood_whereNothingBoundsWhatItCovers() {
    Cutoff now = new Cutoff(NOW);
    assertThat(of(new Target.Subject(UNLIMITED, "s"), now, null)).isEmpty();
    assertThat(of(new Target.Subject("https://unheard-of.example", "s"), now, null)).isEmpty();
    assertThat(of(new Target.Subject(ISS, "s"), Cutoff.ALWAYS, null)).isEmpty();
    assertThat(of(new Target.TokenId(ISS, "j"), Cutoff.ALWAYS, null)).isEmpty();
    assertThat(of(new Target.Token(Fingerprint.of("t")), Cutoff.ALWAYS, null)).isEmpty();
    assertThat(of(new Target.Key(ISS, "k", List.of(), false), now, null)).isEmpty();
    assertThat(of(new Target.Certificate("A".repeat(43)), now, null)).isEmpty();
  }

  @Test
  void aJwtIsOverAtTheExpThatItsIssuerSigned_andTheSkew() {
    assertThat(ofToken(jwt(claims(UNLIMITED, NOW + 600), SECRET))).isEqualTo(second(NOW + 605));
  }

  @Test
  void whatNobodySignedSaysNothing() {
    String forged = claims(UNLIMITED, NOW + 1);
    assertThat(ofToken(jwt(forged, "another secret of thirty-six letters"))).isEmpty();
    assertThat(ofToken(jwt(claims("https://unheard-of.example", NOW + 1), SECRET))).isEmpty();
    assertThat(ofToken(jwt("{\"iss\":\"" + UNLIMITED + "\"}", SECRET))).isEmpty();
  }

  private static Credential registered(String iss, @Nullable Long iat, @Nullable Long exp) {
    return new Credential(
        CredentialType.ACCESS_TOKEN,
        Fingerprint.of("t"),
        new Credential.Names(iss, null, null, null, null, null),
        new Credential.Validity(iat, null, exp),
        Credential.Binding.NONE,
        List.of(),
        "{}");
  }

  @Test
  void whatIsRegisteredIsHeldToTheSameMaximum() {
    assertThat(ISSUERS.allowsLifetime(registered(ISS, NOW, NOW + 3_605))).isTrue();
    assertThat(ISSUERS.allowsLifetime(registered(ISS, NOW, NOW + 3_606))).isFalse();
    assertThat(ISSUERS.allowsLifetime(registered(ISS, NOW, null))).isFalse();
    assertThat(ISSUERS.allowsLifetime(registered(ISS, null, NOW))).isFalse();
    assertThat(ISSUERS.allowsLifetime(registered(UNLIMITED, NOW, null))).isTrue();
  }
}
