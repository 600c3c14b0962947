package dev.rescind.platform.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.rescind.platform.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9701 section 5, by the JWT processor of Nimbus. */
@Timeout(20)
class AnswerSignerTest {
  private static final String ISSUER = "https://rescind.example";
  private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);
  private static final String INACTIVE = "{\"active\":false}";
  private static final AnswerSigner.Recipient RS =
      new AnswerSigner.Recipient("rs", List.of("https://api.example"), null, null);

  private static SigningKeys keys;
  private static AnswerSigner signer;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys =
        new SigningKeys(
            List.of(
                key("rsa", Pem.rsa(2048), "RS256"),
                key("pss", Pem.rsa(2048), "PS256"),
                key("ec", Pem.ec("secp256r1"), "ES256"),
                key("ed", Pem.of("Ed25519"), "EdDSA")));
    signer = new AnswerSigner(ISSUER, keys);
  }

  private static SigningKey key(String kid, String pem, String alg) {
    return SigningKey.read(pem, kid, alg, new SigningKey.Life(null, null)).orElseThrow();
  }

  private static AnswerSigner.Recipient by(String alg) {
    return new AnswerSigner.Recipient("rs", List.of("https://api.example"), alg, null);
  }

  private static JWTClaimsSet verified(String jwt, String alg, String typ) throws Exception {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType(typ)));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.parse(alg),
            new ImmutableJWKSet<>(JWKSet.parse(new String(keys.jwks(), StandardCharsets.UTF_8)))));
    return processor.process(jwt, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256", "ES256"})
  void anyVerifierOfThePublishedKeysReadsTheAnswer(String alg) throws Exception {
    String jwt = signer.sign("{\"active\":true,\"sub\":\"s\"}", by(alg), NOW).orElseThrow();

    JWTClaimsSet claims = verified(jwt, alg, "token-introspection+jwt");

    assertThat(claims.getIssuer()).isEqualTo(ISSUER);
    assertThat(claims.getAudience()).containsExactly("rs", "https://api.example");
    assertThat(claims.getIssueTime()).isEqualTo(NOW);
    assertThat(claims.getJSONObjectClaim("token_introspection"))
        .isEqualTo(Map.of("active", true, "sub", "s"));
  }

  @Test
  void whatIsSignedByEd25519IsVerifiedByTheJdk() throws Exception {
    SignedJWT jwt = SignedJWT.parse(signer.sign(INACTIVE, by("EdDSA"), NOW).orElseThrow());
    byte[] x =
        JWKSet.parse(new String(keys.jwks(), StandardCharsets.UTF_8))
            .getKeyByKeyId("ed")
            .toOctetKeyPair()
            .getDecodedX();
    boolean odd = (x[31] & 0x80) != 0;
    byte[] y = new byte[32];
    for (int i = 0; i < 32; i++) {
      y[i] = (byte) (i == 0 ? x[31] & 0x7f : x[31 - i]);
    }
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new EdECPublicKeySpec(
                    NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y)))));
    verifier.update(jwt.getSigningInput());

    assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.EdDSA);
    assertThat(verifier.verify(jwt.getSignature().decode())).isTrue();
  }

  @Test
  void hasTheMembersOfTheExampleOfTheRfc() throws Exception {
    JsonNode example = example();
    SignedJWT jwt = SignedJWT.parse(signer.sign(INACTIVE, RS, NOW).orElseThrow());

    assertThat(jwt.getHeader().toJSONObject().keySet()).isEqualTo(names(example.path("header")));
    assertThat(jwt.getHeader().getType()).hasToString(example.at("/header/typ").asText());
    assertThat(jwt.getHeader().getAlgorithm()).hasToString(example.at("/header/alg").asText());
    assertThat(jwt.getPayload().toJSONObject().keySet()).isEqualTo(names(example.path("payload")));
    assertThat(AnswerSigner.MEDIA_TYPE).isEqualTo(example.path("content_type").asText());
  }

  private static JsonNode example() throws IOException {
    try (var in = AnswerSignerTest.class.getResourceAsStream("/vectors/rfc/rfc9701_example.json")) {
      return Json.mapper().readTree(in);
    }
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void anInactiveAnswerIsNothingElse_andAsLongAsAnyOther() throws Exception {
    for (String alg : List.of("RS256", "ES256", "EdDSA")) {
      SignedJWT one = SignedJWT.parse(signer.sign(INACTIVE, by(alg), NOW).orElseThrow());
      SignedJWT other =
          SignedJWT.parse(signer.sign(INACTIVE, by(alg), NOW.plusSeconds(1)).orElseThrow());

      assertThat(one.getHeader()).hasToString(other.getHeader().toString());
      assertThat(one.getPayload().toString())
          .isEqualTo(
              "{\"iss\":\"%s\",\"aud\":[\"rs\",\"https://api.example\"],\"iat\":1790000000,"
                      .formatted(ISSUER)
                  + "\"token_introspection\":{\"active\":false}}")
          .isEqualTo(other.getPayload().toString().replace("1790000001", "1790000000"));
      assertThat(one.serialize()).hasSameSizeAs(other.serialize());
    }
  }

  @Test
  void isNoAccessToken_toWhoAsksForThatType() throws Exception {
    String jwt = signer.sign(INACTIVE, RS, NOW).orElseThrow();

    assertThatThrownBy(() -> verified(jwt, "RS256", "at+jwt")).isInstanceOf(BadJOSEException.class);
  }

  @Test
  void namesAnAudienceOnce() throws Exception {
    AnswerSigner.Recipient named =
        new AnswerSigner.Recipient(
            "https://api.example", List.of("https://api.example"), null, null);

    assertThat(
            SignedJWT.parse(signer.sign(INACTIVE, named, NOW).orElseThrow())
                .getJWTClaimsSet()
                .getAudience())
        .containsExactly("https://api.example");
  }

  @Test
  void isNothing_whereNoKeySigns() throws Exception {
    assertThat(signer.sign(INACTIVE, by("ES384"), NOW)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-OAEP-256", "RSA-OAEP-512"})
  void nestsTheSignedAnswerForARsaKey(String alg) throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("theirs").generate();
    EncryptedJWT jwt =
        EncryptedJWT.parse(encrypted(key.toPublicJWK().toJSONString(), alg, "A256GCM"));
    jwt.decrypt(new RSADecrypter(key));

    assertNested(jwt, alg, "A256GCM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECDH-ES", "ECDH-ES+A256KW"})
  void nestsTheSignedAnswerForAnEcKey_theFirstThatFits(String alg) throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("theirs").generate();
    JWKSet set =
        new JWKSet(
            List.of(
                new RSAKeyGenerator(2048).generate(),
                new ECKeyGenerator(Curve.P_256)
                    .keyUse(com.nimbusds.jose.jwk.KeyUse.SIGNATURE)
                    .generate(),
                key));
    EncryptedJWT jwt =
        EncryptedJWT.parse(encrypted(set.toPublicJWKSet().toString(), alg, "A128GCM"));
    jwt.decrypt(new ECDHDecrypter(key));

    assertNested(jwt, alg, "A128GCM");
  }

  private static String encrypted(String jwks, String alg, String enc) throws Exception {
    AnswerEncryption encryption = AnswerEncryption.read(jwks, alg, enc).orElseThrow();
    return signer
        .sign(INACTIVE, new AnswerSigner.Recipient("rs", List.of(), null, encryption), NOW)
        .orElseThrow();
  }

  private static void assertNested(EncryptedJWT jwt, String alg, String enc) throws Exception {
    assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWEAlgorithm.parse(alg));
    assertThat(jwt.getHeader().getEncryptionMethod()).hasToString(enc);
    assertThat(jwt.getHeader().getContentType()).isEqualTo("JWT");
    assertThat(jwt.getHeader().getKeyID()).isEqualTo("theirs");
    JWTClaimsSet claims = verified(jwt.getPayload().toString(), "RS256", "token-introspection+jwt");
    assertThat(claims.getJSONObjectClaim("token_introspection")).isEqualTo(Map.of("active", false));
  }

  @Test
  void encryptsToNoWeakOrForeignKey() throws Exception {
    String ec = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONString();
    String signing =
        new ECKeyGenerator(Curve.P_256)
            .keyUse(com.nimbusds.jose.jwk.KeyUse.SIGNATURE)
            .generate()
            .toPublicJWK()
            .toJSONString();

    assertThat(AnswerEncryption.read(ec, "RSA-OAEP-256", "A128GCM")).isEmpty();
    assertThat(AnswerEncryption.read(signing, "ECDH-ES", "A128GCM")).isEmpty();
    assertThat(AnswerEncryption.read(ec, "RSA1_5", "A128GCM")).isEmpty();
    assertThat(AnswerEncryption.read(ec, "dir", "A128GCM")).isEmpty();
    assertThat(AnswerEncryption.read("{}", "ECDH-ES", "A128GCM")).isEmpty();
    assertThat(AnswerEncryption.read("no json", "ECDH-ES", "A128GCM")).isEmpty();
  }
}
