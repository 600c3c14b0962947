package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three introspectors, a publisher and a real broker: the way through. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ClusterIT {
  @TempDir static Path data;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 3).start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  @Test
  void aRegisteredCredentialIsActiveOnEveryNodeAtOnce() throws Exception {
    String token = Tokens.opaque();

    Answer registered =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\""
                + token
                + "\",\"type\":\"access_token\",\"sub\":\"s\",\"scope\":\"a b\"}");

    assertThat(registered.status()).as(registered.body()).isEqualTo(201);
    assertThat(cluster.isActiveEverywhere(token)).isTrue();
  }

  @Test
  void aJwtIsActiveOnEveryNode() throws Exception {
    assertThat(cluster.isActiveEverywhere(cluster.issuer().mint(claims -> claims))).isTrue();
  }

  @Test
  void aRevokedTokenIsInactiveOnEveryNode_onceTheyConfirmed() throws Exception {
    String token = cluster.issuer().mint(claims -> claims);
    assertThat(cluster.isActiveEverywhere(token)).isTrue();

    Answer revoked =
        cluster.post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}");

    assertThat(revoked.status()).isEqualTo(201);
    assertThat(revoked.body()).contains("\"complete\":true").contains("introspector-3");
    assertThat(cluster.introspectEverywhere(token, Caller.CALLER))
        .isEqualTo(Collections.nCopies(3, "{\"active\":false}"));
  }

  @Test
  void aRevokedSubjectIsInactive_andAnotherStaysActive() throws Exception {
    String revoked = cluster.issuer().mint(claims -> claims.subject("leaver"));
    String other = cluster.issuer().mint(claims -> claims.subject("stayer"));

    Answer answer =
        cluster.post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"subject\",\"iss\":\""
                + cluster.issuer().iss()
                + "\",\"sub\":\"leaver\"}}");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(cluster.isInactiveEverywhere(revoked)).isTrue();
    assertThat(cluster.isActiveEverywhere(other)).isTrue();
  }

  @Test
  void aClientRevokesItsOwnToken_andNotAnothers() throws Exception {
    String token = Tokens.opaque();
    cluster.post(
        "/v1/credentials",
        Caller.AUTHORIZATION_SERVER,
        "{\"token\":\"" + token + "\",\"type\":\"access_token\"}");

    Answer foreign =
        cluster.form(
            cluster.publisherUrl() + "/revoke", Caller.OTHER_SERVER, Map.of("token", token));

    assertThat(foreign.status()).isEqualTo(400);
    assertThat(foreign.body()).contains("invalid_grant");
    assertThat(cluster.isActiveEverywhere(token)).isTrue();

    Answer own =
        cluster.form(
            cluster.publisherUrl() + "/revoke",
            Caller.AUTHORIZATION_SERVER,
            Map.of("token", token));

    assertThat(own.status()).isEqualTo(200);
    List<String> position = own.header("Rescind-Position");
    assertThat(position).hasSize(1);
    for (int node = 1; node <= 3; node++) {
      assertThat(
              cluster
                  .introspect(node, token, Caller.CALLER, "Rescind-At-Least", position.get(0))
                  .body())
          .isEqualTo("{\"active\":false}");
    }
  }
}
