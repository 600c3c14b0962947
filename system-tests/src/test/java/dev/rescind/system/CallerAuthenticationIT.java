package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretJWT;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that prove themselves by other means than a secret, at both services. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CallerAuthenticationIT {
  private static final String SECRET = "a secret that is shared with one client alone";
  private static final String API_KEY = "4f1c0f0e6a5d4b7f9be1d0f53a8f2c6d7e8f90a1b2c3d4e5";

  /** {@code printf %s "$key" | sha256sum}. */
  private static final String API_KEY_HASH =
      "b62dfb79d50b2c74842f330cc63445a87f566034d978103b1024aec9d3198a88";

  @TempDir static Path data;

  private static Cluster cluster;
  private static ECKey key;

  @BeforeAll
  static void start() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("client-1").generate();
    Cluster made = new Cluster(data, 2);
    cluster = made;
    made.with(
            """
            identities:
              - client_id: signer
                rights: [introspect, "revoke:own", "revoke:token"]
                assertion: {jwks_json: %s, algs: [ES256]}
              - client_id: sharer
                rights: [introspect]
                assertion: {secrets: ["%s"]}
              - client_id: bearer
                rights: [introspect, read, "revoke:token"]
                bearer: {iss: "%s", client_id: a-service}
              - client_id: script
                rights: [introspect, read]
                api_key_hashes: ["%s"]
            """
                .formatted(
                    ClusterConfig.quoted(new JWKSet(key.toPublicJWK()).toString()),
                    SECRET,
                    made.issuer().iss(),
                    API_KEY_HASH))
        .start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  private static URI audience() {
    return URI.create(cluster.introspectorUrl(1)); // the issuer of the whole cluster
  }

  private static ClientAuthentication signed() throws Exception {
    return new PrivateKeyJWT(
        new ClientID("signer"),
        audience(),
        JWSAlgorithm.ES256,
        key.toPrivateKey(),
        "client-1",
        null);
  }

  private static ClientAuthentication shared() throws Exception {
    return new ClientSecretJWT(
        new ClientID("sharer"), audience(), JWSAlgorithm.HS256, new Secret(SECRET));
  }

  private static HTTPResponse introspect(int node, ClientAuthentication caller, String token)
      throws Exception {
    return new TokenIntrospectionRequest(
            URI.create(cluster.introspectUrl(node)), caller, new BearerAccessToken(token))
        .toHTTPRequest()
        .send();
  }

  private static boolean isActive(HTTPResponse answer) throws Exception {
    return TokenIntrospectionResponse.parse(answer).toSuccessResponse().isActive();
  }

  private static HTTPResponse revoke(ClientAuthentication caller, String token) throws Exception {
    return new TokenRevocationRequest(
            URI.create(cluster.publisherUrl() + "/revoke"), caller, new BearerAccessToken(token))
        .toHTTPRequest()
        .send();
  }

  private static Answer form(String url, @Nullable String authorization, String token)
      throws Exception {
    return cluster.send(
        "POST",
        url,
        null,
        "application/x-www-form-urlencoded",
        "token=" + token,
        authorization == null ? new String[0] : new String[] {"Authorization", authorization});
  }

  private static String accessToken(String scope) {
    return cluster
        .issuer()
        .mint(
            claims ->
                claims
                    .audience(audience().toString())
                    .claim("client_id", "a-service")
                    .claim("scope", scope));
  }

  @Test
  void introspectsAndRevokes_forAClientThatSignsAssertions() throws Exception {
    String token = Tokens.opaque();
    Answer registered =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"type\":\"access_token\",\"client_id\":\"signer\",\"token\":\"" + token + "\"}");
    assertThat(registered.status()).as(registered.body()).isEqualTo(201);

    assertThat(isActive(introspect(1, signed(), token))).isTrue();
    assertThat(isActive(introspect(2, shared(), token))).isTrue();
    assertThat(revoke(signed(), token).getStatusCode()).isEqualTo(200);
    Await.until("it is inactive everywhere", () -> cluster.isInactiveEverywhere(token));
  }

  @Test
  void refusesAnAssertionThatAnyNodeOfEitherServiceHasSeen() throws Exception {
    String token = cluster.register();
    ClientAuthentication once = signed();

    assertThat(introspect(1, once, token).getStatusCode()).isEqualTo(200);
    assertThat(introspect(1, once, token).getStatusCode()).isEqualTo(401);
    assertThat(introspect(2, once, token).getStatusCode()).isEqualTo(401);
    assertThat(revoke(once, token).getStatusCode()).isEqualTo(401);
    ClientAuthentication next = signed();
    assertThat(revoke(next, Tokens.opaque()).getStatusCode()).isEqualTo(200);
    assertThat(introspect(2, next, token).getStatusCode()).isEqualTo(401);
  }

  @Test
  void refusesAnAssertionBesideASecret() throws Exception {
    Answer answer =
        cluster.form(
            cluster.introspectUrl(1),
            Caller.CALLER,
            Map.of(
                "token",
                "t",
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                "x"));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"error\":\"invalid_request\"");
  }

  @Test
  void letsAnAccessTokenDoWhatItsScopesAndTheIdentityAllow() throws Exception {
    String token = cluster.register();
    String both = "Bearer " + accessToken("rescind:introspect rescind:read rescind:lift");
    String reads = "Bearer " + accessToken("rescind:read");

    assertThat(form(cluster.introspectUrl(2), both, token).body()).startsWith("{\"active\":true");
    assertThat(form(cluster.introspectUrl(2), reads, token).status()).isEqualTo(403);
    assertThat(get("/v1/nodes", both).status()).isEqualTo(200);
    assertThat(get("/v1/nodes", reads).status()).isEqualTo(200);
    assertThat(get("/v1/nodes", "Bearer " + accessToken("openid")).status()).isEqualTo(403);
  }

  private static Answer get(String path, String authorization) throws Exception {
    return cluster.send(
        "GET", cluster.publisherUrl() + path, null, null, null, "Authorization", authorization);
  }

  @Test
  void refusesARevokedAccessToken_atBothServices() throws Exception {
    String mine = accessToken("rescind:introspect rescind:read");
    String token = cluster.register();
    assertThat(form(cluster.introspectUrl(1), "Bearer " + mine, token).status()).isEqualTo(200);
    assertThat(get("/v1/nodes", "Bearer " + mine).status()).isEqualTo(200);
    cluster.revoke(mine);

    for (Answer answer :
        List.of(
            form(cluster.introspectUrl(1), "Bearer " + mine, token),
            form(cluster.introspectUrl(2), "Bearer " + mine, token),
            get("/v1/nodes", "Bearer " + mine))) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate"))
          .containsExactly("Bearer realm=\"rescind\", error=\"invalid_token\"");
      assertThat(answer.body()).contains("\"error\":\"invalid_token\"");
    }
  }

  @Test
  void refusesAnAccessTokenForSomebodyElse() throws Exception {
    String foreign = cluster.issuer().mint(claims -> claims.claim("client_id", "a-service"));

    assertThat(form(cluster.introspectUrl(1), "Bearer " + foreign, "t").status()).isEqualTo(401);
    assertThat(get("/v1/nodes", "Bearer " + foreign).status()).isEqualTo(401);
  }

  @Test
  void letsAScriptInByItsKey() throws Exception {
    String token = cluster.register();
    String shown = "ApiKey " + API_KEY;

    assertThat(form(cluster.introspectUrl(1), shown, token).body()).startsWith("{\"active\":true");
    assertThat(get("/v1/nodes", shown).status()).isEqualTo(200);
    assertThat(get("/v1/nodes", shown + "0").status()).isEqualTo(401);
  }

  @Test
  void challengesByEverySchemeThatIsOn() throws Exception {
    assertThat(form(cluster.introspectUrl(1), null, "t").header("WWW-Authenticate"))
        .containsExactly(
            "Basic realm=\"rescind\", charset=\"UTF-8\", Bearer realm=\"rescind\","
                + " ApiKey realm=\"rescind\"");
  }

  /** RFC 8414 section 2. */
  @Test
  void tellsTheMethodsThatAreOn_andNoOther() throws Exception {
    AuthorizationServerMetadata metadata =
        AuthorizationServerMetadata.resolve(
            new com.nimbusds.oauth2.sdk.id.Issuer(cluster.introspectorUrl(1)));

    assertThat(metadata.getIntrospectionEndpointAuthMethods())
        .extracting(ClientAuthenticationMethod::getValue)
        .containsExactly(
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "client_secret_jwt",
            "Bearer");
    assertThat(metadata.getRevocationEndpointAuthMethods())
        .extracting(ClientAuthenticationMethod::getValue)
        .containsExactly(
            "client_secret_basic", "client_secret_post", "private_key_jwt", "client_secret_jwt");
    assertThat(metadata.getIntrospectionEndpointJWSAlgs())
        .containsExactly(JWSAlgorithm.ES256, JWSAlgorithm.HS256);
    assertThat(metadata.getRevocationEndpointJWSAlgs())
        .containsExactly(JWSAlgorithm.ES256, JWSAlgorithm.HS256);
  }
}
