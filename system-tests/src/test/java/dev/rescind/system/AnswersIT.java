package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import dev.rescind.platform.json.Json;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Signed answers (RFC 9701), and what of an answer each caller is told. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AnswersIT {
  private static final String JWT = "application/token-introspection+jwt";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String AUDIENCE = "https://api.example";
  private static final Caller RS = Caller.RESOURCE_SERVER;
  private static final Caller ENCRYPTED = resourceServer("encrypted");
  private static final Caller TOLD_LITTLE = resourceServer("told-little");
  private static final Caller PAIRWISE = resourceServer("pairwise");
  private static final Caller ALSO_PAIRWISE = resourceServer("also-pairwise");
  private static final Caller UNSIGNABLE = resourceServer("unsignable");

  @TempDir static Path data;
  @AutoClose private static Cluster cluster;
  private static ECKey theirs;

  private static Caller resourceServer(String name) {
    return new Caller(name, List.of("introspect"), List.of(AUDIENCE), null);
  }

  private static String identity(Caller caller, String answers) {
    return caller.yaml().replace("}]", ", answers: {" + answers + "}}]");
  }

  @BeforeAll
  static void start() throws Exception {
    theirs = new ECKeyGenerator(Curve.P_256).keyID("theirs").generate();
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
    ec.initialize(new ECGenParameterSpec("secp256r1"));
    cluster =
        new Cluster(data, 2)
            .with(
                """
                answers:
                  pairwise_secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY
                  signing_keys:
                    - {kid: now, private_key: %s}
                    - {kid: next, private_key: %s, use_from: 2100-01-01T00:00:00Z}
                    - {kid: ec, private_key: %s}
                    - {kid: over, private_key: %s, retire_at: 2020-01-01T00:00:00Z}
                """
                    .formatted(
                        pem(rsa), pem(rsa), pem(ec), pem(KeyPairGenerator.getInstance("Ed25519"))))
            .with(
                identity(
                    ENCRYPTED,
                    "introspection_signed_response_alg: ES256,"
                        + " introspection_encrypted_response_alg: ECDH-ES+A256KW,"
                        + " introspection_encrypted_response_enc: A256GCM, jwks: "
                        + ClusterConfig.quoted(theirs.toPublicJWK().toJSONString())))
            .with(identity(TOLD_LITTLE, "claims: [scope, client_id], scopes: [read, admin]"))
            .with(identity(PAIRWISE, "subject_type: pairwise"))
            .with(identity(ALSO_PAIRWISE, "subject_type: pairwise"))
            .with(identity(UNSIGNABLE, "introspection_signed_response_alg: EdDSA"))
            .start();
  }

  private static String pem(KeyPairGenerator keys) {
    return ClusterConfig.quoted(
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder()
                .encodeToString(keys.generateKeyPair().getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
  }

  private static String iss() {
    return cluster.introspectorUrl(1);
  }

  private static String mint() {
    return cluster.issuer().mint(c -> c.claim("scope", "read write"));
  }

  private static String signed(int node, String token, Caller caller) throws Exception {
    Answer answer = cluster.introspect(node, token, caller, "Accept", JWT);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).containsExactly(JWT);
    assertThat(answer.header("Cache-Control")).containsExactly("no-store");
    return answer.body();
  }

  private static ObjectNode told(String token, Caller caller) throws Exception {
    return Json.parseObject(cluster.introspect(1, token, caller).body()).orElseThrow();
  }

  /** As a resource server verifies: by type, issuer, audience and the published keys. */
  private static JWTClaimsSet verified(String jwt, Caller caller, String alg) throws Exception {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("token-introspection+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.parse(alg),
            JWKSourceBuilder.create(URI.create(iss() + "/jwks.json").toURL()).build()));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            caller.clientId(),
            new JWTClaimsSet.Builder().issuer(iss()).build(),
            Set.of("iat", "token_introspection")));
    return processor.process(jwt, null);
  }

  @Test
  void aSignedAnswerIsVerifiedByWhatEveryNodePublishes() throws Exception {
    String token = mint();
    long before = Instant.now().getEpochSecond();
    for (int node = 1; node <= 2; node++) {
      String jwt = signed(node, token, RS);

      JWTClaimsSet claims = verified(jwt, RS, "RS256");

      assertThat(SignedJWT.parse(jwt).getHeader().getKeyID()).isEqualTo("now");
      assertThat(claims.getAudience()).containsExactly(RS.clientId(), AUDIENCE);
      assertThat(claims.getIssueTime().toInstant().getEpochSecond())
          .isBetween(before, Instant.now().getEpochSecond());
      assertThat(Json.object(claims.getJSONObjectClaim("token_introspection")))
          .isEqualTo(Json.object(plain(token)));
    }
  }

  private static Map<String, Object> plain(String token) throws Exception {
    return com.nimbusds.jose.util.JSONObjectUtils.parse(cluster.introspect(1, token, RS).body());
  }

  @Test
  void springReadsASignedAnswer_andTakesItForNoAccessToken() throws Exception {
    String jwt = signed(1, mint(), RS);
    NimbusJwtDecoder decoder =
        NimbusJwtDecoder.withJwkSetUri(iss() + "/jwks.json").validateType(false).build();
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTypeValidator("token-introspection+jwt"),
            new JwtIssuerValidator(iss()),
            new JwtClaimValidator<List<String>>("aud", aud -> aud.contains(RS.clientId()))));

    Jwt answer = decoder.decode(jwt);

    assertThat(answer.getClaimAsMap("token_introspection")).containsEntry("active", true);
    assertThatThrownBy(
            () -> NimbusJwtDecoder.withJwkSetUri(iss() + "/jwks.json").build().decode(jwt))
        .isInstanceOf(JwtException.class);
  }

  @Test
  void theMetadataSaysWhatAnswersCanBe_andWhereTheKeysAre() throws Exception {
    AuthorizationServerMetadata metadata =
        AuthorizationServerMetadata.parse(
            cluster.get(iss() + "/.well-known/oauth-authorization-server").body());
    ObjectNode document = Json.parseObject(metadata.toJSONObject().toString()).orElseThrow();
    JWKSet keys = JWKSet.parse(cluster.get(metadata.getJWKSetURI().toString()).body());

    assertThat(metadata.getJWKSetURI()).hasToString(iss() + "/jwks.json");
    assertThat(document.path("introspection_signing_alg_values_supported").toString())
        .isEqualTo("[\"RS256\",\"ES256\",\"EdDSA\"]");
    assertThat(document.path("introspection_encryption_alg_values_supported").toString())
        .contains("\"ECDH-ES+A256KW\"");
    assertThat(document.path("introspection_encryption_enc_values_supported").toString())
        .contains("\"A256GCM\"");
    assertThat(keys.getKeys())
        .as("those that sign, that will sign, and that have signed")
        .extracting(JWK::getKeyID)
        .containsExactly("now", "next", "ec", "over");
    assertThat(keys.getKeys()).noneMatch(JWK::isPrivate);
  }

  @Test
  void nestsWhatIsSigned_forWhoHasAKeyForThat() throws Exception {
    EncryptedJWT jwt = EncryptedJWT.parse(signed(1, mint(), ENCRYPTED));
    assertThat(jwt.getHeader().getAlgorithm()).hasToString("ECDH-ES+A256KW");
    assertThat(jwt.getHeader().getEncryptionMethod()).hasToString("A256GCM");

    jwt.decrypt(new ECDHDecrypter(theirs));
    JWTClaimsSet claims = verified(jwt.getPayload().toString(), ENCRYPTED, "ES256");

    assertThat(claims.getJSONObjectClaim("token_introspection")).containsEntry("active", true);
  }

  @Test
  void everySignedInactiveAnswerIsTheSame_butForItsTime() throws Exception {
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("unknown", Tokens.opaque());
    tokens.put("malformed", "eyJhbGciOiJSUzI1NiJ9.e30");
    tokens.put(
        "expired",
        cluster
            .issuer()
            .mint(c -> c.expirationTime(java.util.Date.from(Instant.now().minusSeconds(60)))));
    tokens.put("not for it", cluster.issuer().mint(c -> c.audience("https://other.example")));
    tokens.put("not its refresh token", refreshToken());
    String revoked = mint();
    cluster.revoke(revoked);
    tokens.put("revoked", revoked);
    Answer first = cluster.introspect(1, Tokens.opaque(), RS, "Accept", JWT);

    for (Map.Entry<String, String> one : tokens.entrySet()) {
      Answer answer = cluster.introspect(1, one.getValue(), RS, "Accept", JWT);
      SignedJWT jwt = SignedJWT.parse(answer.body());

      assertThat(answer.status()).as(one.getKey()).isEqualTo(200);
      assertThat(answer.headers().keySet())
          .as(one.getKey())
          .containsExactlyElementsOf(first.headers().keySet());
      assertThat(answer.body()).as(one.getKey()).hasSameSizeAs(first.body());
      assertThat(jwt.getPayload().toString().replaceAll("\"iat\":\\d+", "\"iat\":0"))
          .as(one.getKey())
          .isEqualTo(
              "{\"iss\":\"%s\",\"aud\":[\"%s\",\"%s\"],\"iat\":0,"
                      .formatted(iss(), RS.clientId(), AUDIENCE)
                  + "\"token_introspection\":{\"active\":false}}");
    }
  }

  private static String refreshToken() throws Exception {
    String token = Tokens.opaque();
    Answer answer =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\"%s\",\"type\":\"refresh_token\",\"client_id\":\"%s\",\"aud\":\"%s\"}"
                .formatted(token, Caller.CALLER.clientId(), AUDIENCE));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return token;
  }

  @Test
  void aRefreshTokenIsToldToItsClient_andToWhoRegisteredIt() throws Exception {
    String token = refreshToken();

    assertThat(told(token, Caller.CALLER).path("active").asBoolean()).isTrue();
    assertThat(told(token, Caller.AUTHORIZATION_SERVER).path("active").asBoolean()).isTrue();
    assertThat(told(token, RS)).isEqualTo(Json.object().put("active", false));
    assertThat(told(token, Caller.ADMIN)).isEqualTo(Json.object().put("active", false));
  }

  @Test
  void jsonIsTheStandard_andWeightsAreRead() throws Exception {
    String token = mint();
    for (String accept :
        List.of("*/*", "application/json", "application/json, " + JWT + ";q=0.5", JWT + ";q=0")) {
      assertThat(cluster.introspect(1, token, RS, "Accept", accept).header("Content-Type"))
          .as(accept)
          .containsExactly("application/json");
    }
    assertThat(
            cluster
                .introspect(1, token, RS, "Accept", JWT + ", application/json;q=0.9")
                .header("Content-Type"))
        .containsExactly(JWT);
  }

  @Test
  void whoAsksForAJwtAndDoesNotAuthenticateGets400() throws Exception {
    String url = cluster.introspectUrl(1);

    assertRefused(cluster.send("POST", url, null, FORM, "token=a", "Accept", JWT), 400);
    assertRefused(
        cluster.send("POST", url, null, FORM, "token=a&client_id=test-rs", "Accept", JWT), 400);
    assertRefused(cluster.send("POST", url, null, FORM, "token=a"), 401);
    assertRefused(
        cluster.send(
            "POST", url, null, FORM, "token=a", "Accept", JWT, "Authorization", "Basic YTpi"),
        401);
  }

  private static void assertRefused(Answer answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).containsExactly("application/json");
  }

  @Test
  void withoutAKeyThatSignsNow_thereIsNoAnswer() throws Exception {
    for (String token : List.of(mint(), Tokens.opaque())) {
      Answer answer = cluster.introspect(1, token, UNSIGNABLE, "Accept", JWT);

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).hasSize(1);
      assertThat(answer.header("Rescind-Position")).isEmpty();
      assertThat(cluster.introspect(1, token, UNSIGNABLE).status()).isEqualTo(200);
    }
  }

  @Test
  void aCallerIsToldNoMoreThanItMayKnow() throws Exception {
    assertThat(told(mint(), TOLD_LITTLE).toString())
        .isEqualTo("{\"active\":true,\"scope\":\"read\",\"client_id\":\"a-client\"}");
    assertThat(told(cluster.issuer().mint(c -> c.claim("scope", "write")), TOLD_LITTLE).toString())
        .isEqualTo("{\"active\":true,\"client_id\":\"a-client\"}");
    assertThat(
            SignedJWT.parse(signed(1, mint(), TOLD_LITTLE))
                .getJWTClaimsSet()
                .getJSONObjectClaim("token_introspection")
                .keySet())
        .containsExactlyInAnyOrder("active", "scope", "client_id");
  }

  @Test
  void pairwiseSubjectsDifferFromCallerToCaller_andNotFromNodeToNode() throws Exception {
    String one = told(mint(), PAIRWISE).path("sub").asText();

    assertThat(one).hasSize(43);
    assertThat(told(mint(), PAIRWISE).path("sub").asText()).isEqualTo(one);
    assertThat(cluster.introspect(2, mint(), PAIRWISE).body()).contains("\"sub\":\"" + one + "\"");
    assertThat(told(mint(), ALSO_PAIRWISE).path("sub").asText()).hasSize(43).isNotEqualTo(one);
    assertThat(told(mint(), RS).path("sub").asText()).isEqualTo("a-subject");
  }
}
