package dev.rescind.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rescind.credential.Base64Url;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** New keys take the place of old ones, node by node, as docs/deployment.md says. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class KeyRotationIT {
  private static final int NODES = 2;
  private static final String MAC = random();
  private static final String SEAL = random();
  private static final LiftPair LIFT = LiftPair.generate();

  @TempDir Path data;

  private @Nullable Cluster running;

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
  }

  private Cluster cluster() {
    return requireNonNull(running);
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64Url.encode(bytes);
  }

  private interface Look {
    void look() throws Exception;
  }

  /** Restarts all services, one at a time, and looks after each. */
  private void rollOver(Look look) throws Exception {
    for (int node = 1; node <= NODES; node++) {
      cluster().stopIntrospector(node);
      cluster().startIntrospector(node);
      look.look();
    }
    cluster().stopPublisher();
    cluster().startPublisher();
    look.look();
  }

  private String revoke(String token) throws Exception {
    Answer answer =
        cluster()
            .post(
                "/v1/revocations?confirm=all",
                Caller.ADMIN,
                "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return new ObjectMapper().readTree(answer.body()).path("id").asText();
  }

  private void lift(String id) throws Exception {
    Answer answer =
        cluster()
            .send(
                "DELETE",
                cluster().publisherUrl() + "/v1/revocations/" + id,
                Caller.ADMIN,
                null,
                null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private void awaitActive(String token) throws Exception {
    Await.until("it is active", () -> cluster().isActiveEverywhere(token));
  }

  @Test
  void newKeysTakeTheOldOnesPlace_andNothingIsLostMeanwhile() throws Exception {
    running = new Cluster(data, NODES);
    cluster().start();
    String old = cluster().register();
    String revoked = cluster().register();
    revoke(revoked);
    String lifted = cluster().register();
    lift(revoke(lifted));
    Look look =
        () -> {
          awaitActive(old);
          awaitActive(lifted);
          assertThat(cluster().isInactiveEverywhere(revoked)).isTrue();
          String between = cluster().register();
          awaitActive(between);
          revoke(between);
          assertThat(cluster().isInactiveEverywhere(between)).isTrue();
        };

    // All know the new keys, and nobody uses them.
    cluster()
        .with("log_keys: {mac_keys: [{id: next, secret: " + MAC + "}]}")
        .with(
            "log_keys: {lift_verification_keys: [{id: next, public_key: %s}]}"
                .formatted(ClusterConfig.quoted(LIFT.publicPem())))
        .with("grid: {seal_keys: [{id: next, secret: " + SEAL + "}]}");
    rollOver(look);

    // One after another uses the new ones.
    cluster()
        .with("log_keys: {mac_keys: null}")
        .with(
            "log_keys: {mac_keys: [{id: next, secret: %s}, {id: test, secret: %s}]}"
                .formatted(MAC, Cluster.KEY))
        .with("grid: {seal_keys: null}")
        .with(
            "grid: {seal_keys: [{id: next, secret: %s}, {id: test, secret: %s}]}"
                .formatted(SEAL, Cluster.KEY))
        .with(
            "publisher",
            "log_keys: {lift_signing_key: {id: next, private_key: %s}}"
                .formatted(ClusterConfig.quoted(LIFT.privatePem())));
    rollOver(look);
    String later = cluster().register();
    lift(revoke(later));
    awaitActive(later);

    // Nothing is sealed by the old one after all introspectors were stopped together.
    cluster()
        .with("grid: {seal_keys: null}")
        .with("grid: {seal_keys: [{id: next, secret: " + SEAL + "}]}");
    cluster().stopPublisher();
    for (int node = 1; node <= NODES; node++) {
      cluster().stopIntrospector(node);
    }
    cluster().start();
    look.look();
    awaitActive(later);
    for (int node = 1; node <= NODES; node++) {
      Metrics metrics = Metrics.of(cluster(), cluster().managementUrl(node));
      assertThat(metrics.value("rescind_grid_unreadable_total")).isZero();
      assertThat(metrics.value("rescind_log_records_total{outcome=\"quarantined\"}")).isZero();
    }
  }
}
