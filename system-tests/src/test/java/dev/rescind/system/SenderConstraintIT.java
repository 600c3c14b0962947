package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that are bound to a key: RFC 9449, with proofs made by Nimbus, and RFC 8705. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SenderConstraintIT {
  private static final String INACTIVE = "{\"active\":false}";
  private static final URI ORDERS = URI.create("https://api.example/orders");

  /** RFC 8705 appendix A. */
  private static final String PEM =
      """
      -----BEGIN CERTIFICATE-----
      MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx
      ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG
      SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ
      /Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID
      SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV
      bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=
      -----END CERTIFICATE-----
      """;

  private static final String THUMBPRINT = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

  @TempDir static Path data;
  @AutoClose private static Cluster cluster;
  private static ECKey key;
  private static DPoPProofFactory proofs;

  @BeforeAll
  static void start() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).generate();
    proofs = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
    cluster = new Cluster(data, 2).start();
  }

  private static String bound(String cnf) {
    int equals = cnf.indexOf('=');
    Map<String, String> members = Map.of(cnf.substring(0, equals), cnf.substring(equals + 1));
    return cluster.issuer().mint(c -> c.claim("cnf", members));
  }

  private static String boundToKey() throws Exception {
    return bound("jkt=" + key.computeThumbprint());
  }

  private static String proof(String token) throws Exception {
    return proofs.createDPoPJWT("POST", ORDERS, new DPoPAccessToken(token)).serialize();
  }

  private static String oldProof(String token, Instant iat) throws Exception {
    return proofs
        .createDPoPJWT(
            new JWTID(16), "POST", ORDERS, Date.from(iat), new DPoPAccessToken(token), null)
        .serialize();
  }

  /** Asks with what the resource server shows: names and values in turn. */
  private static Answer asked(int node, String token, String... shown) throws Exception {
    Map<String, String> form = new HashMap<>(Map.of("token", token));
    for (int i = 0; i < shown.length; i += 2) {
      form.put(shown[i], shown[i + 1]);
    }
    return cluster.form(cluster.introspectUrl(node), Caller.RESOURCE_SERVER, form);
  }

  private static boolean isActive(String token, String... shown) throws Exception {
    Answer answer = asked(1, token, shown);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return !answer.body().equals(INACTIVE);
  }

  private static String[] shown(String proof) {
    return new String[] {"dpop", proof, "htm", "POST", "htu", ORDERS.toString()};
  }

  @Test
  void whatIsBoundIsAnsweredWithItsBinding_whereNothingIsShown() throws Exception {
    assertThat(asked(1, boundToKey()).body())
        .contains("\"cnf\":{\"jkt\":\"" + key.computeThumbprint() + "\"}")
        .contains("\"token_type\":\"DPoP\"");
    assertThat(asked(1, bound("x5t#S256=" + THUMBPRINT)).body())
        .contains("\"cnf\":{\"x5t#S256\":\"" + THUMBPRINT + "\"}");
    assertThat(asked(1, registered("\"cnf\":{\"jkt\":\"" + key.computeThumbprint() + "\"}")).body())
        .contains("\"cnf\":{\"jkt\":\"" + key.computeThumbprint() + "\"}");
  }

  private static String registered(String members) throws Exception {
    String token = Tokens.opaque();
    Answer answer =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\"%s\",\"type\":\"access_token\",\"aud\":\"https://api.example\",%s}"
                .formatted(token, members));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return token;
  }

  @Test
  void aProofOfTheKeyMakesItActive() throws Exception {
    String jwt = boundToKey();
    String opaque = registered("\"cnf\":{\"jkt\":\"" + key.computeThumbprint() + "\"}");

    assertThat(isActive(jwt, shown(proof(jwt)))).isTrue();
    assertThat(isActive(opaque, shown(proof(opaque)))).isTrue();
    assertThat(
            isActive(
                jwt,
                "dpop",
                proof(jwt),
                "htm",
                "POST",
                "htu",
                "HTTPS://API.example:443/orders?page=2"))
        .isTrue();
  }

  @Test
  void aProofIsGoodOnce_onWhicheverNode() throws Exception {
    String token = boundToKey();
    String proof = proof(token);

    assertThat(asked(1, token, shown(proof)).body()).startsWith("{\"active\":true");
    assertThat(asked(2, token, shown(proof)).body()).isEqualTo(INACTIVE);
    assertThat(asked(1, token, shown(proof)).body()).isEqualTo(INACTIVE);
    assertThat(asked(2, token, shown(proof(token))).body()).startsWith("{\"active\":true");
  }

  @Test
  void aProofThatIsNotForThis_makesItInactive() throws Exception {
    String token = boundToKey();
    ECKey other = new ECKeyGenerator(Curve.P_256).generate();
    String othersProof =
        new DefaultDPoPProofFactory(other, JWSAlgorithm.ES256)
            .createDPoPJWT("POST", ORDERS, new DPoPAccessToken(token))
            .serialize();

    assertThat(isActive(token, shown(othersProof))).as("of another key").isFalse();
    assertThat(isActive(token, shown(proof(boundToKey())))).as("of another token").isFalse();
    assertThat(isActive(token, "dpop", proof(token), "htm", "GET", "htu", ORDERS.toString()))
        .as("of another method")
        .isFalse();
    assertThat(isActive(token, "dpop", proof(token), "htm", "POST", "htu", ORDERS + "/1"))
        .as("of another resource")
        .isFalse();
    assertThat(isActive(token, shown(oldProof(token, Instant.now().minusSeconds(90)))))
        .as("an old one")
        .isFalse();
    assertThat(isActive(token, shown("eyJhbGciOiJub25lIn0.e30."))).as("malformed").isFalse();
    assertThat(isActive(token, shown("nonsense"))).as("malformed").isFalse();
    String bearer = cluster.issuer().mint(c -> c);
    assertThat(isActive(bearer, shown(proof(bearer)))).as("bound to nothing").isFalse();
    assertThat(isActive(bearer)).isTrue();
  }

  @Test
  void aNonceThatWasAskedForMustBeThere() throws Exception {
    String token = boundToKey();
    String proof =
        proofs
            .createDPoPJWT("POST", ORDERS, new DPoPAccessToken(token), new Nonce("a-nonce"))
            .serialize();
    List<String> shown = new ArrayList<>(List.of(shown(proof)));
    shown.addAll(List.of("nonce", "another"));
    assertThat(isActive(token, shown.toArray(new String[0]))).isFalse();
    shown.set(7, "a-nonce");
    assertThat(isActive(token, shown.toArray(new String[0])))
        .as("a proof that did not hold was not used up")
        .isTrue();
  }

  @Test
  void aCertificateOrItsThumbprintMakesItActive_andAnotherDoesNot() throws Exception {
    String token = bound("x5t#S256=" + THUMBPRINT);

    assertThat(isActive(token, "client_certificate", PEM)).isTrue();
    assertThat(isActive(token, "x5t#S256", THUMBPRINT)).isTrue();
    assertThat(isActive(token, "x5t#S256", THUMBPRINT, "client_certificate", PEM)).isTrue();
    assertThat(isActive(token, "x5t#S256", "A".repeat(43))).isFalse();
    assertThat(isActive(token, "x5t#S256", "nonsense")).isFalse();
    assertThat(isActive(token, "client_certificate", "nonsense")).isFalse();
    assertThat(isActive(token, "x5t#S256", "A".repeat(43), "client_certificate", PEM)).isFalse();
    assertThat(isActive(boundToKey(), "x5t#S256", THUMBPRINT)).isFalse();
    assertThat(isActive(cluster.issuer().mint(c -> c), "client_certificate", PEM)).isFalse();
  }

  @Test
  void whatTheResourceServerLeftOutIs400() throws Exception {
    String token = boundToKey();

    assertThat(asked(1, token, "dpop", proof(token), "htm", "POST").status()).isEqualTo(400);
    assertThat(asked(1, token, "dpop", proof(token), "htu", ORDERS.toString()).status())
        .isEqualTo(400);
    assertThat(asked(1, Tokens.opaque(), "dpop", "x").status()).isEqualTo(400);
  }

  @Test
  void aMismatchLooksAsAnyInactiveAnswer() throws Exception {
    String token = boundToKey();
    String expected = masked(raw(Tokens.opaque(), ""));

    assertThat(masked(raw(token, "&x5t%23S256=" + THUMBPRINT))).isEqualTo(expected);
    assertThat(masked(raw(token, "&dpop=nonsense&htm=POST&htu=https%3A%2F%2Fapi.example")))
        .isEqualTo(expected);
    assertThat(masked(raw(Tokens.opaque(), "&x5t%23S256=" + THUMBPRINT))).isEqualTo(expected);
    assertThat(expected).endsWith("\r\n\r\n" + INACTIVE);
  }

  private static String raw(String token, String more) throws IOException {
    String body = "token=" + token + more;
    return RawHttp.exchange(
        cluster.introspectUrl(1),
        "POST /introspect HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: "
            + Caller.RESOURCE_SERVER.basic()
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private static final Pattern OF_THE_NODE =
      Pattern.compile("(?mi)^(date|rescind-position|rescind-staleness-ms): .*$");

  private static String masked(String answer) {
    return OF_THE_NODE.matcher(answer).replaceAll("$1: …");
  }

  @Test
  void aRevokedTokenStaysInactive_whateverIsShown() throws Exception {
    String token = boundToKey();
    cluster.revoke(token);

    assertThat(isActive(token, shown(proof(token)))).isFalse();
  }
}
