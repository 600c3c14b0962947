package dev.rescind.platform.jose;

import static dev.rescind.platform.jose.OneIssuer.ISS;
import static dev.rescind.platform.jose.OneIssuer.NOW;
import static dev.rescind.platform.jose.OneIssuer.algs;
import static dev.rescind.platform.jose.OneIssuer.claims;
import static dev.rescind.platform.jose.OneIssuer.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted of an issuer, claim by claim and header by header. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class JwtVerifierTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String SECRET = "0123456789abcdef".repeat(4);
  private static final Signer RSA = Signer.rsa(2048);
  private static final Signer P256 = Signer.ec("P-256");
  private static final Signer P384 = Signer.ec("P-384");
  private static final Signer P521 = Signer.ec("P-521");
  private static final Signer ED = Signer.ed25519();

  private final OneIssuer issuer =
      OneIssuer.withKeys(VERTX, IssuerConfig.Accept.defaults(), P256.jwk("k"));

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static Signer signer(String alg) {
    return switch (alg) {
      case "ES256" -> P256;
      case "ES384" -> P384;
      case "ES512" -> P521;
      case "EdDSA", "Ed25519" -> ED;
      default -> RSA;
    };
  }

  private static String jwt(String header, String claims) {
    return P256.sign("ES256", header, claims);
  }

  private String outcomeOfClaims(String claims) {
    return issuer.outcome(jwt(header("ES256", "k"), claims));
  }

  private static String typed(@Nullable String typ) {
    return typ == null
        ? "{\"alg\":\"ES256\",\"kid\":\"k\"}"
        : "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"" + typ + "\"}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
        "Ed25519"
      })
  void verifiesEveryAlgorithm_andRefusesItsDamagedSignature(String alg) {
    Signer signer = signer(alg);
    OneIssuer allowing = OneIssuer.withKeys(VERTX, algs(alg), signer.jwk("k"));
    String good = signer.sign(alg, header(alg, "k"), claims(""));
    String otherClaims = signer.sign(alg, header(alg, "k"), claims("\"sub\":\"mallory\""));
    String swapped =
        otherClaims.substring(0, otherClaims.lastIndexOf('.'))
            + good.substring(good.lastIndexOf('.'));

    assertThat(allowing.outcome(good)).isEqualTo("verified");
    assertThat(allowing.outcome(swapped)).isEqualTo("SIGNATURE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "HS384", "HS512"})
  void verifiesBySharedSecret_whateverTheKid(String alg) {
    OneIssuer sharing = OneIssuer.withSecret(VERTX, algs(alg), SECRET);
    Signer right = Signer.hmac(SECRET.getBytes(UTF_8));
    Signer wrong = Signer.hmac(SECRET.replace('0', '1').getBytes(UTF_8));

    assertThat(sharing.outcome(right.sign(alg, header(alg, null), claims(""))))
        .isEqualTo("verified");
    assertThat(sharing.outcome(right.sign(alg, header(alg, "any"), claims(""))))
        .isEqualTo("verified");
    assertThat(sharing.outcome(wrong.sign(alg, header(alg, null), claims(""))))
        .isEqualTo("SIGNATURE");
  }

  @Test
  void refusesAnAlgorithmThatIsNotOnTheIssuersList() {
    OneIssuer onlyPs = OneIssuer.withKeys(VERTX, algs("PS256"), RSA.jwk("k"));

    assertThat(onlyPs.outcome(RSA.sign("PS256", header("PS256", "k"), claims(""))))
        .isEqualTo("verified");
    assertThat(onlyPs.outcome(RSA.sign("RS256", header("RS256", "k"), claims(""))))
        .isEqualTo("ALGORITHM");
    assertThat(onlyPs.outcome(RSA.sign("PS384", header("PS384", "k"), claims(""))))
        .isEqualTo("ALGORITHM");
    assertThat(onlyPs.outcome(RSA.sign("PS256", header("ps256", "k"), claims(""))))
        .isEqualTo("ALGORITHM");
  }

  @Test
  void acceptsByDefault_RS256_ES256_andEd25519UnderBothNames() {
    OneIssuer all =
        OneIssuer.withKeys(
            VERTX, IssuerConfig.Accept.defaults(), RSA.jwk("r"), P256.jwk("e"), ED.jwk("d"));

    assertThat(all.outcome(RSA.sign("RS256", header("RS256", "r"), claims(""))))
        .isEqualTo("verified");
    assertThat(all.outcome(P256.sign("ES256", header("ES256", "e"), claims(""))))
        .isEqualTo("verified");
    assertThat(all.outcome(ED.sign("EdDSA", header("EdDSA", "d"), claims(""))))
        .isEqualTo("verified");
    assertThat(all.outcome(ED.sign("Ed25519", header("Ed25519", "d"), claims(""))))
        .isEqualTo("verified");
    assertThat(all.outcome(RSA.sign("PS256", header("PS256", "r"), claims(""))))
        .isEqualTo("ALGORITHM");
    assertThat(all.outcome(RSA.sign("RS512", header("RS512", "r"), claims(""))))
        .isEqualTo("ALGORITHM");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "at+jwt",
        "at+JWT",
        "AT+JWT",
        "application/at+jwt",
        "Application/AT+jwt",
        "JWT",
        "jwt"
      })
  void acceptsTypWithoutCase_andWithApplicationBeforeIt(String typ) {
    assertThat(issuer.outcome(jwt(typed(typ), claims("")))).isEqualTo("verified");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logout+jwt",
        "application/logout+jwt",
        "token-introspection+jwt",
        "secevent+jwt",
        "dpop+jwt",
        "client-authentication+jwt",
        "entity-statement+jwt",
        "statuslist+jwt",
        "rt+jwt",
        "id+jwt",
        "at+jwt ",
        "at jwt",
        "application/application/at+jwt",
        "text/at+jwt",
        "JOSE",
        ""
      })
  void refusesATypThatIsNotOnTheIssuersList(String typ) {
    assertThat(issuer.outcome(jwt(typed(typ), claims("")))).isEqualTo("TYPE");
  }

  @Test
  void countsATokenWithoutTypAsJWT() {
    OneIssuer strict = OneIssuer.withKeys(VERTX, OneIssuer.typ("at+jwt"), P256.jwk("k"));

    assertThat(issuer.outcome(jwt(typed(null), claims("")))).isEqualTo("verified");
    assertThat(strict.outcome(jwt(typed(null), claims("")))).isEqualTo("TYPE");
    assertThat(strict.outcome(jwt(typed("JWT"), claims("")))).isEqualTo("TYPE");
    assertThat(strict.outcome(jwt(typed("application/at+JWT"), claims("")))).isEqualTo("verified");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}",
        "\"events\":{\"https://schemas.openid.net/secevent/caep/event-type/session-revoked\":{}}",
        "\"token_introspection\":{\"active\":true}"
      })
  void refusesALogoutToken_aSecurityEvent_andAnIntrospectionAnswer_alsoWithoutTheirTyp(
      String claim) {
    assertThat(issuer.outcome(jwt(typed(null), claims(claim)))).isEqualTo("TYPE");
    assertThat(issuer.outcome(jwt(typed("JWT"), claims(claim)))).isEqualTo("TYPE");
  }

  @ParameterizedTest
  @CsvSource({
    "exp, -6, EXPIRED",
    "exp, -5, EXPIRED",
    "exp, -4, verified",
    "exp, 1, verified",
    "nbf, 5, verified",
    "nbf, 6, NOT_YET_VALID",
    "nbf, 5.5, NOT_YET_VALID",
    "nbf, 0, verified",
    "iat, 5, verified",
    "iat, 5.9, verified",
    "iat, 6, ISSUED_IN_FUTURE"
  })
  void holdsTimesAgainstTheClock_giveOrTakeFiveSeconds(
      String claim, double offset, String outcome) {
    String time = BigDecimal.valueOf(offset).add(BigDecimal.valueOf(NOW)).toPlainString();

    assertThat(outcomeOfClaims("{\"iss\":\"" + ISS + "\",\"" + claim + "\":" + time + "}"))
        .isEqualTo(outcome);
  }

  @Test
  void holdsTimesToTheSecond_withoutSkew() {
    OneIssuer exact =
        OneIssuer.withKeys(
            VERTX,
            new IssuerConfig.Accept(List.of(), List.of(), List.of(), Duration.ZERO, null),
            P256.jwk("k"));
    String jwt =
        jwt(
            header("ES256", "k"),
            "{\"iss\":\"%s\",\"iat\":%d,\"nbf\":%d,\"exp\":%d}".formatted(ISS, NOW, NOW, NOW + 10));

    assertThat(exact.outcome(jwt, NOW - 1)).isEqualTo("NOT_YET_VALID");
    assertThat(exact.outcome(jwt, NOW)).isEqualTo("verified");
    assertThat(exact.outcome(jwt, NOW + 9)).isEqualTo("verified");
    assertThat(exact.outcome(jwt, NOW + 10)).isEqualTo("EXPIRED");
  }

  @Test
  void holdsATokenToItsMaximumLifetime_whichMustThenBeSaid() {
    OneIssuer hourly =
        OneIssuer.withKeys(
            VERTX,
            new IssuerConfig.Accept(
                List.of(), List.of(), List.of(), Duration.ofSeconds(5), Duration.ofHours(1)),
            P256.jwk("k"));
    String header = header("ES256", "k");
    String lasting = "{\"iss\":\"" + ISS + "\",\"iat\":" + NOW + ",\"exp\":";

    assertThat(hourly.outcome(jwt(header, lasting + (NOW + 3600) + "}"))).isEqualTo("verified");
    assertThat(hourly.outcome(jwt(header, lasting + (NOW + 3601) + "}"))).isEqualTo("LIFETIME");
    assertThat(hourly.outcome(jwt(header, "{\"iss\":\"" + ISS + "\",\"iat\":" + NOW + "}")))
        .isEqualTo("LIFETIME");
    assertThat(hourly.outcome(jwt(header, "{\"iss\":\"" + ISS + "\",\"exp\":" + (NOW + 60) + "}")))
        .isEqualTo("LIFETIME");
  }

  @Test
  void acceptsATokenForOneOfTheIssuersAudiences() {
    OneIssuer two =
        OneIssuer.withKeys(
            VERTX,
            new IssuerConfig.Accept(
                List.of(), List.of(), List.of("api://a", "api://b"), Duration.ofSeconds(5), null),
            P256.jwk("k"));
    String header = header("ES256", "k");

    assertThat(two.outcome(jwt(header, claims("\"aud\":\"api://b\"")))).isEqualTo("verified");
    assertThat(two.outcome(jwt(header, claims("\"aud\":[\"x\",\"api://a\"]"))))
        .isEqualTo("verified");
    assertThat(two.outcome(jwt(header, claims("\"aud\":\"API://a\"")))).isEqualTo("AUDIENCE");
    assertThat(two.outcome(jwt(header, claims("\"aud\":[]")))).isEqualTo("AUDIENCE");
    assertThat(two.outcome(jwt(header, claims("")))).isEqualTo("AUDIENCE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"text\"",
        "1",
        "null",
        "",
        "{",
        "{}x",
        "{} {}",
        "{\"iss\":\"https://as.example\",\"iss\":\"https://as.example\"}",
        "{\"iss\":\"https://as.example\",\"\\u0069ss\":\"https://other.example\"}",
        "{\"iss\":\"https://as.example\",\"cnf\":{\"jkt\":\"a\",\"jkt\":\"b\"}}",
        "{\"iss\":[\"https://as.example\"]}",
        "{\"iss\":\"https://as.example\",\"sub\":7}",
        "{\"iss\":\"https://as.example\",\"jti\":{}}",
        "{\"iss\":\"https://as.example\",\"client_id\":true}",
        "{\"iss\":\"https://as.example\",\"sid\":[]}",
        "{\"iss\":\"https://as.example\",\"aud\":7}",
        "{\"iss\":\"https://as.example\",\"aud\":[\"a\",7]}",
        "{\"iss\":\"https://as.example\",\"aud\":{\"a\":1}}",
        "{\"iss\":\"https://as.example\",\"scope\":7}",
        "{\"iss\":\"https://as.example\",\"scope\":[7]}",
        "{\"iss\":\"https://as.example\",\"cnf\":\"text\"}",
        "{\"iss\":\"https://as.example\",\"cnf\":{\"x5t#S256\":\"short\"}}",
        "{\"iss\":\"https://as.example\",\"exp\":\"1800000600\"}",
        "{\"iss\":\"https://as.example\",\"exp\":null}",
        "{\"iss\":\"https://as.example\",\"exp\":true}",
        "{\"iss\":\"https://as.example\",\"exp\":-1}",
        "{\"iss\":\"https://as.example\",\"exp\":253402300800}",
        "{\"iss\":\"https://as.example\",\"exp\":1e400}",
        "{\"iss\":\"https://as.example\",\"exp\":1e999999999}",
        "{\"iss\":\"https://as.example\",\"exp\":1e9999999999}",
        "{\"iss\":\"https://as.example\",\"iat\":1e-999999999}",
        "{\"iss\":\"https://as.example\",\"iat\":0e999999999}",
        "{\"iss\":\"https://as.example\",\"nbf\":NaN}",
        "{\"iss\":\"https://as.example\",\"nbf\":Infinity}",
        "{\"iss\":\"https://as.example\",\"nbf\":0x10}",
        "{\"iss\":\"https://as.example\",\"nbf\":01}",
        "{\"iss\":\"https://as.example\",\"sub\":\"\\ud800\"}",
        "{\"iss\":\"https://as.example\",\"other\":{\"deep\":\"x\\uDFFFy\"}}",
        "{\"iss\":\"https://as.example\",/* comment */\"sub\":\"a\"}",
        "{'iss':'https://as.example'}",
        "\ufeff{\"iss\":\"https://as.example\"}"
      })
  void refusesClaimsThatAreNotOneObjectWithEachMemberOnceAndOfItsKind(String claims) {
    assertThat(outcomeOfClaims(claims)).isEqualTo("MALFORMED_CLAIMS");
  }

  @Test
  void refusesClaimsOfHugeNumbersAndDeepNesting() {
    assertThat(outcomeOfClaims(claims("\"n\":" + "9".repeat(257)))).isEqualTo("MALFORMED_CLAIMS");
    assertThat(outcomeOfClaims(claims("\"n\":" + "[".repeat(5_000)))).isEqualTo("MALFORMED_CLAIMS");
    assertThat(outcomeOfClaims(claims("\"n\":" + "[".repeat(17) + "]".repeat(17))))
        .isEqualTo("MALFORMED_CLAIMS");
  }

  /** Names of which a table with the usual multiplier puts all into one slot. */
  @Test
  void readsOrRefusesNamesThatCollide_butNeverThrows() {
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < 512; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 9; bit++) {
        name.append((i >> bit & 1) == 0 ? "Ab" : "BA");
      }
      members.append(i == 0 ? "" : ",").append('"').append(name).append("\":1");
    }

    assertThat(outcomeOfClaims(claims(members.toString()))).isIn("verified", "MALFORMED_CLAIMS");
    assertThat(outcomeOfClaims(claims(""))).isEqualTo("verified");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ }",
        "{\"typ\":\"at+jwt\"}",
        "{\"alg\":256}",
        "{\"alg\":null}",
        "{\"alg\":\"ES256\",\"alg\":\"none\"}",
        "{\"alg\":\"ES256\",\"kid\":7}",
        "{\"alg\":\"ES256\",\"kid\":null}",
        "{\"alg\":\"ES256\",\"typ\":[\"at+jwt\"]}",
        "{\"alg\":\"ES256\"",
        "{\"alg\":\"ES256\"}{}"
      })
  void refusesABrokenHeader(String header) {
    assertThat(issuer.outcome(jwt(header, claims("")))).isEqualTo("MALFORMED_HEADER");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"crit\":[\"exp\"]",
        "\"crit\":[]",
        "\"crit\":null",
        "\"b64\":false",
        "\"b64\":true",
        "\"b64\":false,\"crit\":[\"b64\"]",
        "\"zip\":\"DEF\""
      })
  void refusesAHeaderThatAsksForMore(String member) {
    assertThat(issuer.outcome(jwt("{\"alg\":\"ES256\",\"kid\":\"k\"," + member + "}", claims(""))))
        .isEqualTo("UNSUPPORTED_HEADER");
  }

  @Test
  void isForeign_whenTheIssuerIsAnotherOrNone() {
    String header = header("ES256", "k");

    assertThat(issuer.outcome(jwt(header, "{\"iss\":\"https://other.example\"}")))
        .isEqualTo("foreign");
    assertThat(issuer.outcome(jwt(header, "{\"iss\":\"https://as.example/\"}")))
        .isEqualTo("foreign");
    assertThat(issuer.outcome(jwt(header, "{\"iss\":\"HTTPS://as.example\"}")))
        .isEqualTo("foreign");
    assertThat(issuer.outcome(jwt(header, "{\"iss\":null}"))).isEqualTo("foreign");
    assertThat(issuer.outcome(jwt(header, "{}"))).isEqualTo("foreign");
  }

  @Test
  void isNotConfigured_withASecretThatIsTooShort_orWithAlgorithmsOfTheOtherKind() {
    assertThatThrownBy(
            () -> OneIssuer.withSecret(VERTX, algs("HS512"), "0123456789abcdef".repeat(2)))
        .hasMessageContaining("keys.hmac_secret")
        .hasMessageNotContaining("0123456789abcdef");
    assertThatThrownBy(() -> OneIssuer.withSecret(VERTX, algs("RS256"), SECRET))
        .hasMessageContaining("accept.algs");
    assertThatThrownBy(() -> OneIssuer.withKeys(VERTX, algs("RS256", "HS256"), RSA.jwk("k")))
        .hasMessageContaining("accept.algs");
    assertThatThrownBy(() -> OneIssuer.withKeys(VERTX, algs("none"), RSA.jwk("k")))
        .hasMessageContaining("accept.algs");
  }
}
