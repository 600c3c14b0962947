package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionErrorResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The OAuth 2.0 SDK of Nimbus as a client of introspection, revocation and metadata. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NimbusClientIT {
  private static final String THUMBPRINT = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";
  private static final String JKT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

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

  static Stream<Function<Caller, ClientAuthentication>> ways() {
    return Stream.of(NimbusClientIT::basic, NimbusClientIT::post);
  }

  /** Of RFC 6749 section 2.3.1: form-encoded before they are Basic. */
  private static ClientAuthentication basic(Caller caller) {
    return new ClientSecretBasic(new ClientID(caller.clientId()), new Secret(caller.secret()));
  }

  private static ClientAuthentication post(Caller caller) {
    return new ClientSecretPost(new ClientID(caller.clientId()), new Secret(caller.secret()));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void readsEveryMemberOfAnActiveAnswer(Function<Caller, ClientAuthentication> way)
      throws Exception {
    long now = Instant.now().getEpochSecond();
    Token token =
        new BearerAccessToken(
            register(
                "\"type\":\"access_token\",\"scope\":\"read write\",\"client_id\":\"c\","
                    + "\"username\":\"A User\",\"sub\":\"s\",\"aud\":[\"x\",\"y\"],\"jti\":\"j\","
                    + "\"acr\":\"urn:mace:incommon:iap:silver\","
                    + "\"authorization_details\":[{\"type\":\"payment\"}],"
                    + "\"cnf\":{\"x5t#S256\":\""
                    + THUMBPRINT
                    + "\"},\"auth_time\":"
                    + (now - 60)
                    + ",\"iat\":"
                    + (now - 2)
                    + ",\"nbf\":"
                    + (now - 1)
                    + ",\"exp\":"
                    + (now + 600)));

    TokenIntrospectionSuccessResponse answer = introspect(way.apply(Caller.CALLER), token);

    assertThat(answer.isActive()).isTrue();
    assertThat(answer.getScope()).isEqualTo(new Scope("read", "write"));
    assertThat(answer.getClientID()).isEqualTo(new ClientID("c"));
    assertThat(answer.getUsername()).isEqualTo("A User");
    assertThat(answer.getTokenType()).isEqualTo(AccessTokenType.BEARER);
    assertThat(answer.getExpirationTime()).isEqualTo(seconds(now + 600));
    assertThat(answer.getIssueTime()).isEqualTo(seconds(now - 2));
    assertThat(answer.getNotBeforeTime()).isEqualTo(seconds(now - 1));
    assertThat(answer.getSubject()).hasToString("s");
    assertThat(answer.getAudience()).isEqualTo(Audience.create("x", "y"));
    assertThat(answer.getIssuer()).isEqualTo(new Issuer("https://as.example"));
    assertThat(answer.getJWTID()).hasToString("j");
    assertThat(answer.getX509CertificateConfirmation().getValue()).hasToString(THUMBPRINT);
    assertThat(answer.getACR()).hasToString("urn:mace:incommon:iap:silver");
    assertThat(answer.getAuthenticationTime()).isEqualTo(seconds(now - 60));
    assertThat(answer.getAuthorizationDetails())
        .singleElement()
        .satisfies(detail -> assertThat(detail.getType()).hasToString("payment"));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void readsAJwtsAnswer(Function<Caller, ClientAuthentication> way) throws Exception {
    long now = Instant.now().getEpochSecond();
    String token =
        cluster
            .issuer()
            .mint(
                claims ->
                    claims
                        .subject("of-jwt")
                        .claim("scope", List.of("read", "write"))
                        .claim("cnf", Map.of("jkt", JKT))
                        .issueTime(seconds(now))
                        .notBeforeTime(seconds(now))
                        .expirationTime(seconds(now + 600)));

    TokenIntrospectionSuccessResponse answer =
        introspect(way.apply(Caller.CALLER), new BearerAccessToken(token));

    assertThat(answer.isActive()).isTrue();
    assertThat(answer.getScope()).isEqualTo(new Scope("read", "write"));
    assertThat(answer.getClientID()).isEqualTo(new ClientID("a-client"));
    assertThat(answer.getTokenType()).isEqualTo(AccessTokenType.DPOP);
    assertThat(answer.getExpirationTime()).isEqualTo(seconds(now + 600));
    assertThat(answer.getIssueTime()).isEqualTo(seconds(now));
    assertThat(answer.getNotBeforeTime()).isEqualTo(seconds(now));
    assertThat(answer.getSubject()).hasToString("of-jwt");
    assertThat(answer.getAudience()).isEqualTo(Audience.create("https://api.example"));
    assertThat(answer.getIssuer()).isEqualTo(new Issuer(cluster.issuer().iss()));
    assertThat(answer.getJWKThumbprintConfirmation().getValue()).hasToString(JKT);
  }

  @Test
  void readsThatAnUnknownTokenIsInactive_andNothingElse() throws Exception {
    TokenIntrospectionSuccessResponse answer =
        introspect(basic(Caller.CALLER), new BearerAccessToken(Tokens.opaque()));

    assertThat(answer.isActive()).isFalse();
    assertThat(answer.toJSONObject()).containsOnlyKeys("active");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void revokesItsOwnToken_andSeesItInactive(Function<Caller, ClientAuthentication> way)
      throws Exception {
    Token token = new BearerAccessToken(register("\"type\":\"access_token\""));
    assertThat(introspect(basic(Caller.CALLER), token).isActive()).isTrue();

    HTTPResponse revoked = revoke(way.apply(Caller.AUTHORIZATION_SERVER), token);

    assertThat(revoked.getStatusCode()).isEqualTo(200);
    assertThat(introspectAfter(revoked, token).isActive()).isFalse();
    assertThat(revoke(basic(Caller.AUTHORIZATION_SERVER), token).getStatusCode()).isEqualTo(200);
  }

  @Test
  void revokesARefreshToken_andWithItItsGrant() throws Exception {
    String grant = ",\"grant_id\":\"a-grant\"";
    Token access = new BearerAccessToken(register("\"type\":\"access_token\"" + grant));
    Token refresh = new RefreshToken(register("\"type\":\"refresh_token\"" + grant));
    assertThat(introspect(basic(Caller.CALLER), access).isActive()).isTrue();
    assertThat(introspect(basic(Caller.CALLER), refresh).isActive()).isTrue();

    HTTPResponse revoked = revoke(basic(Caller.AUTHORIZATION_SERVER), refresh);

    assertThat(revoked.getStatusCode()).isEqualTo(200);
    assertThat(introspectAfter(revoked, access).isActive()).isFalse();
    assertThat(introspectAfter(revoked, refresh).isActive()).isFalse();
  }

  @Test
  void revokesAnUnknownTokenWithoutAnError() throws Exception {
    Token unknown = new BearerAccessToken(Tokens.opaque());

    assertThat(revoke(basic(Caller.AUTHORIZATION_SERVER), unknown).getStatusCode()).isEqualTo(200);
  }

  @Test
  void revokesNoTokenOfAnother() throws Exception {
    Token token = new BearerAccessToken(register("\"type\":\"access_token\""));

    ErrorObject error = ErrorObject.parse(revoke(basic(Caller.OTHER_SERVER), token));

    assertThat(error.getHTTPStatusCode()).isEqualTo(400);
    assertThat(error.getCode()).isEqualTo("invalid_grant");
    assertThat(introspect(basic(Caller.CALLER), token).isActive()).isTrue();
  }

  @Test
  void readsThatItIsAnInvalidClient() throws Exception {
    Caller unknown = new Caller("unknown", List.of(), null, null);
    ClientAuthentication wrong =
        new ClientSecretBasic(new ClientID(Caller.CALLER.clientId()), new Secret("wrong"));
    Token token = new BearerAccessToken(Tokens.opaque());

    for (ClientAuthentication caller : List.of(basic(unknown), post(unknown), wrong)) {
      ErrorObject introspecting =
          TokenIntrospectionErrorResponse.parse(
                  new TokenIntrospectionRequest(introspectUri(), caller, token)
                      .toHTTPRequest()
                      .send())
              .getErrorObject();
      ErrorObject revoking = ErrorObject.parse(revoke(caller, token));
      for (ErrorObject error : List.of(introspecting, revoking)) {
        assertThat(error.getHTTPStatusCode()).isEqualTo(401);
        assertThat(error.getCode()).isEqualTo("invalid_client");
        assertThat(error.getDescription()).isNotEmpty();
      }
    }
  }

  @Test
  void readsThatARequestWithoutATokenIsInvalid() throws Exception {
    Token token = new BearerAccessToken(Tokens.opaque());
    HTTPRequest introspecting =
        new TokenIntrospectionRequest(introspectUri(), post(Caller.CALLER), token).toHTTPRequest();
    HTTPRequest revoking =
        new TokenRevocationRequest(revokeUri(), post(Caller.AUTHORIZATION_SERVER), token)
            .toHTTPRequest();

    for (HTTPRequest request : List.of(introspecting, revoking)) {
      request.setBody(request.getBody().replace("token=" + token.getValue(), "token="));
      ErrorObject error = ErrorObject.parse(request.send());
      assertThat(error.getHTTPStatusCode()).isEqualTo(400);
      assertThat(error.getCode()).isEqualTo("invalid_request");
      assertThat(error.getDescription()).contains("token");
    }
  }

  @Test
  void readsWhichRightItLacks() throws Exception {
    HTTPResponse response =
        new TokenIntrospectionRequest(
                introspectUri(), basic(Caller.NOBODY), new BearerAccessToken(Tokens.opaque()))
            .toHTTPRequest()
            .send();

    assertThat(response.getStatusCode()).isEqualTo(403);
    assertThat(TokenIntrospectionErrorResponse.parse(response).getErrorObject())
        .asInstanceOf(type(BearerTokenError.class))
        .satisfies(
            error -> {
              assertThat(error.getCode()).isEqualTo("insufficient_scope");
              assertThat(error.getScope()).isEqualTo(new Scope("introspect"));
            });
  }

  @Test
  void findsTheEndpointsInTheMetadata() throws Exception {
    AuthorizationServerMetadata metadata =
        AuthorizationServerMetadata.resolve(new Issuer(cluster.introspectorUrl(1)));

    assertThat(metadata.getIntrospectionEndpointURI()).isEqualTo(introspectUri());
    assertThat(metadata.getRevocationEndpointURI()).isEqualTo(revokeUri());
    assertThat(
            List.of(
                metadata.getIntrospectionEndpointAuthMethods(),
                metadata.getRevocationEndpointAuthMethods()))
        .allSatisfy(
            methods ->
                assertThat(methods)
                    .containsExactlyInAnyOrder(
                        ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
                        ClientAuthenticationMethod.CLIENT_SECRET_POST));
  }

  private static URI introspectUri() {
    return URI.create(cluster.introspectUrl(1));
  }

  private static URI revokeUri() {
    return URI.create(cluster.publisherUrl() + "/revoke");
  }

  private static TokenIntrospectionSuccessResponse introspect(
      ClientAuthentication caller, Token token) throws IOException, ParseException {
    return TokenIntrospectionResponse.parse(
            new TokenIntrospectionRequest(introspectUri(), caller, token).toHTTPRequest().send())
        .toSuccessResponse();
  }

  /** Introspects no earlier than at the position that a revocation answered with. */
  private static TokenIntrospectionSuccessResponse introspectAfter(
      HTTPResponse revoked, Token token) throws IOException, ParseException {
    HTTPRequest request =
        new TokenIntrospectionRequest(introspectUri(), basic(Caller.CALLER), token).toHTTPRequest();
    request.setHeader("Rescind-At-Least", revoked.getHeaderValue("Rescind-Position"));
    return TokenIntrospectionResponse.parse(request.send()).toSuccessResponse();
  }

  private static HTTPResponse revoke(ClientAuthentication caller, Token token) throws IOException {
    return new TokenRevocationRequest(revokeUri(), caller, token).toHTTPRequest().send();
  }

  private static String register(String members) throws Exception {
    String token = Tokens.opaque();
    Answer answer =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\"" + token + "\"," + members + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return token;
  }

  private static Date seconds(long epochSecond) {
    return Date.from(Instant.ofEpochSecond(epochSecond));
  }
}
