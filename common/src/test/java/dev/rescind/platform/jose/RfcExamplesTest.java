package dev.rescind.platform.jose;

import static dev.rescind.platform.jose.OneIssuer.ISS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.json.AnswerMembers;
import dev.rescind.platform.json.Json;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the standards. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RfcExamplesTest {
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static PresentedToken.Jwt token(String text) {
    return (PresentedToken.Jwt) PresentedToken.parse(text).orElseThrow();
  }

  private static boolean verifies(VerificationKey key, Alg alg, String text) {
    return key.verifies(alg, token(text).signingInput(), token(text).signature());
  }

  private static VerificationKey key(String jwk) {
    return JwkReader.read(Json.parseObject(jwk).orElseThrow()).orElseThrow();
  }

  @Test
  void rfc7515AppendixA1_HS256() {
    String secret =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    VerificationKey key = VerificationKey.ofSecret(Base64Url.decode(secret).orElseThrow());
    String jws =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    assertThat(verifies(key, Alg.HS256, jws)).isTrue();
    assertThat(JwtHeader.parse(token(jws).header()).orElseThrow().typ()).isEqualTo("JWT");
    assertThat(JwtClaims.parse(token(jws).payload()).orElseThrow().names().iss()).isEqualTo("joe");
  }

  @Test
  void rfc7515AppendixA3_ES256() {
    VerificationKey key =
        key(
            "{\"kty\":\"EC\",\"crv\":\"P-256\","
                + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}");

    assertThat(
            verifies(
                key,
                Alg.ES256,
                "eyJhbGciOiJFUzI1NiJ9"
                    + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                    + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"))
        .isTrue();
  }

  @Test
  void rfc8037AppendixA5_Ed25519() {
    VerificationKey key =
        key(
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");

    assertThat(
            verifies(
                key,
                Alg.EDDSA,
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
                    + ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"))
        .isTrue();
  }

  @Test
  void rfc9068Section3_anAccessToken() {
    Signer rsa = Signer.rsa(2048);
    OneIssuer issuer =
        OneIssuer.withKeys(VERTX, IssuerConfig.Accept.defaults(), rsa.jwk("RjEwOwOA"));
    String jwt =
        rsa.sign(
            "RS256",
            "{\"typ\":\"at+JWT\",\"alg\":\"RS256\",\"kid\":\"RjEwOwOA\"}",
            "{\"iss\":\""
                + ISS
                + "\",\"sub\":\"5ba552d67\",\"aud\":\"https://rs.example.com/\",\"exp\":1639528912,"
                + "\"iat\":1618354090,\"jti\":\"dbe39bf3a3ba4238a513f51d6e1691c4\","
                + "\"client_id\":\"s6BhdRkqt3\",\"scope\":\"openid profile reademail\"}");

    assertThat(issuer.outcome(jwt, 1_618_354_090)).isEqualTo("verified");
    assertThat(issuer.outcome(jwt, 1_639_528_917)).isEqualTo("EXPIRED");
  }

  /** The members of the example answer, and as they are asked for. */
  @Test
  void rfc7662Section22_anAnswer() {
    ObjectNode registered =
        Json.parseObject(
                "{\"client_id\":\"l238j323ds-23ij4\",\"username\":\"jdoe\","
                    + "\"scope\":\"read write dolphin\",\"sub\":\"Z5O3upPC88QrAjx00dis\","
                    + "\"aud\":\"https://protected.example.net/resource\","
                    + "\"iss\":\"https://server.example.com/\",\"exp\":1419356238,\"iat\":1419350238,"
                    + "\"extension_field\":\"twenty-seven\"}")
            .orElseThrow();
    ObjectNode answered =
        Json.parseObject(AnswerMembers.of(CredentialType.ACCESS_TOKEN, registered)).orElseThrow();

    assertThat(answered.remove("token_type").textValue()).isEqualTo("Bearer");
    assertThat(answered).isEqualTo(registered);
  }

  @Test
  void rfc8705AppendixA_aCertificatesThumbprint() throws Exception {
    String pem =
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
    byte[] der =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
            .getEncoded();
    String x5t = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";
    Credential bound = boundTo(x5t);

    assertThat(Fingerprint.of(der)).hasToString(x5t);
    assertThat(bound.binding().x5tS256()).isEqualTo(x5t);
    assertThat(bound.members()).contains("\"cnf\":{\"x5t#S256\":\"" + x5t + "\"}");
  }

  /** The last character of the example's thumbprint has bits set that belong to no byte. */
  @Test
  void rfc8705Section32_anAnswer() {
    Credential bound = boundTo("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2");

    assertThat(bound.binding().x5tS256()).isEqualTo("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0");
    assertThat(bound.members())
        .contains("\"cnf\":{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}");
  }

  private static Credential boundTo(String x5t) {
    Signer key = Signer.ec("P-256");
    return OneIssuer.withKeys(VERTX, IssuerConfig.Accept.defaults(), key.jwk("k"))
        .credential(
            key.sign(
                "ES256",
                OneIssuer.header("ES256", "k"),
                OneIssuer.claims("\"cnf\":{\"x5t#S256\":\"" + x5t + "\"}")));
  }
}
