package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.rescind.platform.json.Json;
import dev.rescind.system.AuthorizationServer.Profile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JWTs of Spring Authorization Servers: verified by the keys that they publish, and revoked. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AuthorizationServerIT {
  @TempDir static Path data;

  /** Known by its JWKS URL. */
  private static AuthorizationServer plain;

  /** Known by its issuer alone, which has a path, and asked for its keys each second. */
  private static AuthorizationServer discovered;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    plain = new AuthorizationServer(data.resolve("plain"), "", Profile.OWN, "plain-1");
    discovered =
        new AuthorizationServer(
            data.resolve("discovered"), "/realm", Profile.RFC_9068, "discovered-1");
    cluster =
        new Cluster(data.resolve("cluster"), 1)
            .with(
                """
                issuers:
                  - {iss: "%s", keys: {jwks_uri: "%s"}}
                  - {iss: "%s", keys: {discovery: true, refresh_interval: 1s, max_age: 5m}}
                """
                    .formatted(plain.iss(), plain.jwksUri(), discovered.iss()))
            .start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
    if (plain != null) {
      plain.close();
    }
    if (discovered != null) {
      discovered.close();
    }
  }

  @Test
  void aTokenIsActive_withTheMembersThatTheServerGaveIt() throws Exception {
    for (AuthorizationServer server : List.of(plain, discovered)) {
      String token = server.clientCredentials();
      ObjectNode claims = claims(token);
      StringJoiner scope = new StringJoiner(" ");
      claims.path("scope").forEach(one -> scope.add(one.asText()));
      assertThat(claims.path("iss").asText()).isEqualTo(server.iss());
      assertThat(scope.length()).isPositive();

      String answer = cluster.introspect(1, token, Caller.CALLER).body();

      assertThat(json(answer))
          .isEqualTo(
              claims
                  .put("active", true)
                  .put("token_type", "Bearer")
                  .put("scope", scope.toString()));
    }
  }

  @Test
  void aTokenThatIsRevokedByItsJtiIsInactive_andAnotherStaysActive() throws Exception {
    String revoked = plain.clientCredentials();
    String other = plain.clientCredentials();
    assertThat(cluster.isActiveEverywhere(revoked)).isTrue();

    revoke(plain, "\"type\":\"token\",\"jti\":" + claims(revoked).path("jti"));

    assertThat(cluster.isInactiveEverywhere(revoked)).isTrue();
    assertThat(cluster.isActiveEverywhere(other)).isTrue();
  }

  @Test
  void aRevokedClientsTokensAreInactive_untilItGetsNewOnes() throws Exception {
    String revoked = discovered.clientCredentials();
    String anothers = access(discovered.authorizationCode());
    assertThat(cluster.isActiveEverywhere(revoked)).isTrue();

    revoke(discovered, "\"type\":\"client\",\"client_id\":\"" + AuthorizationServer.SERVICE + "\"");

    assertThat(cluster.isInactiveEverywhere(revoked)).isTrue();
    assertThat(cluster.isActiveEverywhere(anothers)).isTrue();
    Await.until(
        "a token that the client got later is active",
        () -> cluster.isActiveEverywhere(discovered.clientCredentials()));
    assertThat(cluster.isInactiveEverywhere(revoked)).isTrue();
  }

  @Test
  void aRevokedUsersTokensAreInactive_untilTheUserGetsNewOnes() throws Exception {
    AccessTokenResponse first = plain.authorizationCode();
    RefreshToken refresh = first.getTokens().getRefreshToken();
    List<String> revoked = List.of(access(first), access(plain.refresh(refresh)));
    String services = plain.clientCredentials();
    for (String token : revoked) {
      assertThat(cluster.introspect(1, token, Caller.CALLER).body())
          .contains("\"active\":true", "\"sub\":\"" + AuthorizationServer.USER + "\"");
    }

    revoke(plain, "\"type\":\"subject\",\"sub\":\"" + AuthorizationServer.USER + "\"");

    for (String token : revoked) {
      assertThat(cluster.isInactiveEverywhere(token)).isTrue();
    }
    assertThat(cluster.isActiveEverywhere(services)).isTrue();
    Await.until(
        "a token that the user got later is active",
        () -> cluster.isActiveEverywhere(access(plain.refresh(refresh))));
  }

  @Test
  void aTokenOfAnotherIssuerIsInactive() throws Exception {
    try (Issuer unknown = new Issuer()) {
      assertThat(cluster.isInactiveEverywhere(unknown.mint(claims -> claims))).isTrue();
    }
  }

  @Test
  void aTokenThatAnotherSignedInTheServersNameIsInactive() throws Exception {
    String kid = SignedJWT.parse(plain.clientCredentials()).getHeader().getKeyID();
    String forged =
        cluster.issuer().mint(kid, JWSAlgorithm.RS256, claims -> claims.issuer(plain.iss()));

    assertThat(cluster.isInactiveEverywhere(forged)).isTrue();
  }

  @Test
  void aNewKeyIsFoundByItsKid_andTheOldOneVerifiesWhileItIsPublished() throws Exception {
    String old = plain.clientCredentials();
    assertThat(cluster.isActiveEverywhere(old)).isTrue();

    plain.signWith("plain-2");
    String fresh = plain.clientCredentials();

    assertThat(SignedJWT.parse(fresh).getHeader().getKeyID()).isEqualTo("plain-2");
    assertThat(cluster.isActiveEverywhere(fresh)).isTrue();
    assertThat(cluster.isActiveEverywhere(old)).isTrue();
  }

  @Test
  void aRevokedKeyVerifiesNoMore_norOneThatIsWithdrawn() throws Exception {
    String first = discovered.clientCredentials();
    assertThat(cluster.isActiveEverywhere(first)).isTrue();
    discovered.signWith("discovered-2");
    String second = discovered.clientCredentials();
    Await.until("the second key is known", () -> cluster.isActiveEverywhere(second));

    Answer answer = revoke(discovered, "\"type\":\"key\",\"kid\":\"discovered-1\"");

    assertThat(json(answer.body()).has("resolved")).isFalse(); // said only when it is not
    assertThat(cluster.isInactiveEverywhere(first)).isTrue();
    assertThat(cluster.isActiveEverywhere(second)).isTrue();

    discovered.signWith("discovered-3");
    discovered.withdraw("discovered-2");
    Await.until("the second key is not trusted", () -> cluster.isInactiveEverywhere(second));
    Await.until(
        "the third key is known", () -> cluster.isActiveEverywhere(discovered.clientCredentials()));
  }

  private static Answer revoke(AuthorizationServer server, String target) throws Exception {
    Answer answer =
        cluster.post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{\"iss\":\"" + server.iss() + "\"," + target + "}}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    assertThat(answer.body()).contains("\"complete\":true");
    return answer;
  }

  private static String access(AccessTokenResponse response) {
    return response.getTokens().getAccessToken().getValue();
  }

  private static ObjectNode claims(String token) throws Exception {
    return json(SignedJWT.parse(token).getPayload().toString());
  }

  private static ObjectNode json(String text) {
    return Json.parseObject(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
