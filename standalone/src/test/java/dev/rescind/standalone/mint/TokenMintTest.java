package dev.rescind.standalone.mint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.rescind.credential.Base64Url;
import dev.rescind.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class TokenMintTest {
  private static final IssuerKeys KEYS = IssuerKeys.generate();
  private static final long NOW = 1_800_000_000;

  private final TokenMint mint =
      new TokenMint(
          KEYS, "https://as.example", "https://api.example", () -> Instant.ofEpochSecond(NOW));

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256"})
  void signsSoThatNimbusVerifies(String alg) throws Exception {
    SignedJWT jwt = SignedJWT.parse(token("{\"alg\":\"" + alg + "\"}"));

    assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo(alg);
    assertThat(jwt.verify(verifier(published(jwt.getHeader().getKeyID())))).isTrue();
  }

  @Test
  void signsEdDsaSoThatTheJdkVerifies() throws Exception {
    SignedJWT jwt = SignedJWT.parse(token("{\"alg\":\"EdDSA\"}"));

    byte[] x = published(jwt.getHeader().getKeyID()).toOctetKeyPair().getX().decode();
    byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] encoded = new byte[prefix.length + x.length];
    System.arraycopy(prefix, 0, encoded, 0, prefix.length);
    System.arraycopy(x, 0, encoded, prefix.length, x.length);
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    signature.update(jwt.getSigningInput());
    assertThat(signature.verify(jwt.getSignature().decode())).isTrue();
  }

  @Test
  void signsNothing_whenAlgIsNone() throws Exception {
    String token = token("{\"alg\":\"none\"}");

    assertThat(token).endsWith(".");
    assertThat(part(token, 0).path("alg").asText()).isEqualTo("none");
    assertThat(part(token, 0).has("kid")).isFalse();
  }

  @Test
  void makesAnAccessTokenOfRfc9068_whenNothingIsAsked() throws Exception {
    String token = token("{}");

    assertThat(part(token, 0).path("typ").asText()).isEqualTo("at+jwt");
    ObjectNode claims = part(token, 1);
    assertThat(claims.path("iss").asText()).isEqualTo("https://as.example");
    assertThat(claims.path("aud").asText()).isEqualTo("https://api.example");
    assertThat(claims.path("iat").asLong()).isEqualTo(NOW);
    assertThat(claims.path("exp").asLong()).isEqualTo(NOW + MintSpec.DEFAULT_TTL);
    assertThat(claims.hasNonNull("sub") && claims.hasNonNull("client_id")).isTrue();
  }

  @Test
  void makesWhatIsAsked() throws Exception {
    String token =
        token(
            """
            {"iss":"https://other.example","sub":"bob","client_id":"c","scope":"read write",
             "aud":["a","b"],"ttl":-10,"sid":"s","grant_id":"g","no_kid":true}
            """);

    assertThat(part(token, 0).has("kid")).isFalse();
    ObjectNode claims = part(token, 1);
    assertThat(claims.remove("jti").isTextual()).isTrue();
    assertThat(claims)
        .isEqualTo(
            RoomyJson.parseObject(
                    """
                    {"iss":"https://other.example","sub":"bob","client_id":"c","aud":["a","b"],
                     "scope":"read write","iat":1800000000,"exp":1799999990,"sid":"s",
                     "grant_id":"g"}
                    """)
                .orElseThrow());
  }

  @Test
  void letsClaimsAndHeadersOverride_andNullTakeAway() throws Exception {
    String token =
        token(
            """
            {"claim":{"iat":null,"exp":9000000000,"roles":["ops"]},
             "header":{"typ":"JWT","kid":null,"crit":["exp"]}}
            """);

    assertThat(part(token, 0).path("typ").asText()).isEqualTo("JWT");
    assertThat(part(token, 0).has("kid")).isFalse();
    assertThat(part(token, 0).path("crit").get(0).asText()).isEqualTo("exp");
    assertThat(part(token, 1).has("iat")).isFalse();
    assertThat(part(token, 1).path("exp").asLong()).isEqualTo(9_000_000_000L);
    assertThat(part(token, 1).path("roles").get(0).asText()).isEqualTo("ops");
  }

  @Test
  void signsWhatNoServiceWouldRead() throws Exception {
    String deep = "[".repeat(200) + "]".repeat(200);
    assertThat(part(token("{\"claim\":{\"deep\":" + deep + "}}"), 1).path("deep").toString())
        .isEqualTo(deep);
  }

  @Test
  void givesEveryTokenItsOwnJti() throws Exception {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      ids.add(mint.mint(MintSpec.parse("{\"alg\":\"ES256\"}")).path("jti").asText());
    }
    assertThat(ids).hasSize(20);
  }

  @Test
  void signsTheSame_afterItsKeysWereKept() throws Exception {
    IssuerKeys kept = IssuerKeys.parse(KEYS.toPrivateJson());

    assertThat(kept.toPublicJson()).isEqualTo(KEYS.toPublicJson());
    TokenMint again = new TokenMint(kept, "i", "a", () -> Instant.ofEpochSecond(NOW));
    SignedJWT jwt =
        SignedJWT.parse(again.mint(MintSpec.parse("{\"alg\":\"PS256\"}")).path("token").asText());
    assertThat(jwt.verify(verifier(published(jwt.getHeader().getKeyID())))).isTrue();
  }

  @Test
  void publishesNoPrivateKey() throws Exception {
    for (JWK key : JWKSet.parse(KEYS.toPublicJson()).getKeys()) {
      assertThat(key.isPrivate()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"sub\":1}",
        "{\"ttl\":\"5\"}",
        "{\"alg\":\"HS256\"}",
        "{\"count\":0}",
        "{\"count\":100001}",
        "{\"kid\":\"k\",\"no_kid\":true}",
        "{\"aud\":[1]}",
        "{\"claim\":[]}",
        "{\"unheard\":\"of\"}",
        "{\"sub\":\"a\",\"sub\":\"b\"}",
        "{} {}"
      })
  void refusesASpecThatIsNone(String spec) {
    assertThatThrownBy(() -> MintSpec.parse(spec)).isInstanceOf(MintSpec.InvalidSpec.class);
  }

  private String token(String spec) throws MintSpec.InvalidSpec {
    return mint.mint(MintSpec.parse(spec)).path("token").asText();
  }

  private static ObjectNode part(String token, int index) {
    byte[] json = Base64Url.decode(token.split("\\.", -1)[index]).orElseThrow();
    return RoomyJson.parseObject(new String(json, StandardCharsets.UTF_8)).orElseGet(Json::object);
  }

  private static JWK published(String kid) throws Exception {
    return JWKSet.parse(KEYS.toPublicJson()).getKeyByKeyId(kid);
  }

  private static JWSVerifier verifier(JWK key) throws Exception {
    return key.getKeyType().getValue().equals("EC")
        ? new ECDSAVerifier(key.toECKey())
        : new RSASSAVerifier(key.toRSAKey());
  }
}
