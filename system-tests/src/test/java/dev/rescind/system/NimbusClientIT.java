package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenIntrospectionErrorResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The OAuth 2.0 SDK of Nimbus as a client of introspection, revocation and metadata. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NimbusClientIT {
  @TempDir static Path data;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 1).start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  /** Of RFC 6749 section 2.3.1: form-encoded before they are Basic. */
  private static ClientAuthentication basic(Caller caller) {
    return new ClientSecretBasic(new ClientID(caller.clientId()), new Secret(caller.secret()));
  }

  private static ClientAuthentication post(Caller caller) {
    return new ClientSecretPost(new ClientID(caller.clientId()), new Secret(caller.secret()));
  }

  private static TokenIntrospectionResponse introspect(ClientAuthentication caller, Token token)
      throws IOException, ParseException {
    return TokenIntrospectionResponse.parse(
        new TokenIntrospectionRequest(URI.create(cluster.introspectUrl(1)), caller, token)
            .toHTTPRequest()
            .send());
  }

  private static HTTPResponse revoke(ClientAuthentication caller, Token token) throws IOException {
    return new TokenRevocationRequest(URI.create(cluster.publisherUrl() + "/revoke"), caller, token)
        .toHTTPRequest()
        .send();
  }

  private static Token register(String members) throws Exception {
    String token = Tokens.opaque();
    Answer answer =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\"" + token + "\",\"type\":\"access_token\"" + members + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new BearerAccessToken(token);
  }

  @Test
  void readsEveryMemberOfAnActiveAnswer() throws Exception {
    long now = Instant.now().getEpochSecond();
    Token token =
        register(
            ",\"scope\":\"read write\",\"client_id\":\"c\",\"username\":\"u\",\"sub\":\"s\","
                + "\"aud\":[\"x\",\"y\"],\"jti\":\"j\",\"iat\":"
                + now
                + ",\"nbf\":"
                + now
                + ",\"exp\":"
                + (now + 600)
                + ",\"cnf\":{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}");

    for (ClientAuthentication caller : List.of(basic(Caller.CALLER), post(Caller.CALLER))) {
      TokenIntrospectionSuccessResponse answer = introspect(caller, token).toSuccessResponse();

      assertThat(answer.isActive()).isTrue();
      assertThat(answer.getScope().toStringList()).containsExactly("read", "write");
      assertThat(answer.getClientID()).isEqualTo(new ClientID("c"));
      assertThat(answer.getUsername()).isEqualTo("u");
      assertThat(answer.getTokenType().getValue()).isEqualTo("Bearer");
      assertThat(answer.getExpirationTime()).hasTime((now + 600) * 1_000);
      assertThat(answer.getIssueTime()).hasTime(now * 1_000);
      assertThat(answer.getNotBeforeTime()).hasTime(now * 1_000);
      assertThat(answer.getSubject().getValue()).isEqualTo("s");
      assertThat(answer.getAudience()).isEqualTo(Audience.create("x", "y"));
      assertThat(answer.getIssuer()).isEqualTo(new Issuer("https://as.example"));
      assertThat(answer.getJWTID().getValue()).isEqualTo("j");
      assertThat(answer.getX509CertificateConfirmation().getValue().toString())
          .isEqualTo("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2");
    }
  }

  @Test
  void readsAJwtsAnswer() throws Exception {
    TokenIntrospectionSuccessResponse answer =
        introspect(
                basic(Caller.CALLER),
                new BearerAccessToken(cluster.issuer().mint(claims -> claims.subject("of-jwt"))))
            .toSuccessResponse();

    assertThat(answer.isActive()).isTrue();
    assertThat(answer.getSubject().getValue()).isEqualTo("of-jwt");
    assertThat(answer.getIssuer().getValue()).isEqualTo(cluster.issuer().iss());
  }

  @Test
  void revokesItsOwnToken_andSeesItInactive() throws Exception {
    Token token = register("");
    assertThat(introspect(basic(Caller.CALLER), token).toSuccessResponse().isActive()).isTrue();

    HTTPResponse revoked = revoke(basic(Caller.AUTHORIZATION_SERVER), token);

    assertThat(revoked.getStatusCode()).isEqualTo(200);
    Await.until(
        "the token is inactive",
        () -> !introspect(basic(Caller.CALLER), token).toSuccessResponse().isActive());
    assertThat(revoke(post(Caller.AUTHORIZATION_SERVER), token).getStatusCode()).isEqualTo(200);
  }

  @Test
  void readsWhyItIsRefused() throws Exception {
    ClientAuthentication wrong =
        new ClientSecretBasic(new ClientID(Caller.CALLER.clientId()), new Secret("wrong"));
    TokenIntrospectionErrorResponse unknown =
        introspect(wrong, new BearerAccessToken("a")).toErrorResponse();
    assertThat(unknown.getErrorObject().getCode()).isEqualTo("invalid_client");
    assertThat(unknown.getErrorObject().getHTTPStatusCode()).isEqualTo(401);

    HTTPResponse anothers = revoke(basic(Caller.OTHER_SERVER), register(""));
    assertThat(anothers.getStatusCode()).isEqualTo(400);
    assertThat(JSONObjectUtils.parse(anothers.getBody()).get("error")).isEqualTo("invalid_grant");

    HTTPRequest request =
        new HTTPRequest(HTTPRequest.Method.POST, URI.create(cluster.introspectUrl(1)));
    request.setAuthorization(
        new ClientSecretBasic(
                new ClientID(Caller.CALLER.clientId()), new Secret(Caller.CALLER.secret()))
            .toHTTPAuthorizationHeader());
    request.setEntityContentType(ContentType.APPLICATION_URLENCODED);
    request.setBody("token=");
    HTTPResponse empty = request.send();
    assertThat(TokenIntrospectionResponse.parse(empty).toErrorResponse().getErrorObject().getCode())
        .isEqualTo("invalid_request");
  }

  @Test
  void findsTheEndpointsInTheMetadata() throws Exception {
    AuthorizationServerMetadata metadata =
        AuthorizationServerMetadata.resolve(new Issuer(cluster.introspectorUrl(1)));

    assertThat(metadata.getIntrospectionEndpointURI())
        .isEqualTo(URI.create(cluster.introspectUrl(1)));
    assertThat(metadata.getRevocationEndpointURI())
        .isEqualTo(URI.create(cluster.publisherUrl() + "/revoke"));
    assertThat(metadata.getIntrospectionEndpointAuthMethods().toString())
        .contains("client_secret_basic", "client_secret_post");
  }
}
