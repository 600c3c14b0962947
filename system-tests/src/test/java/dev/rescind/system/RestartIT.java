package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stops and starts again, in whole or in part. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RestartIT {
  @TempDir Path data;

  @Test
  void afterAFullStopEverythingIsBackBeforeTheFirstYes() throws Exception {
    try (Cluster cluster = new Cluster(data, 2).start()) {
      String kept = cluster.register();
      String revoked = cluster.register();
      cluster.revoke(revoked);
      cluster.stop();

      // From the first moment on, while all start: never a yes for the revoked one.
      AtomicBoolean done = new AtomicBoolean();
      ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
      Thread asking =
          new Thread(
              () -> {
                while (!done.get()) {
                  for (int node = 1; node <= 2; node++) {
                    try {
                      String body = cluster.introspect(node, revoked, Caller.CALLER).body();
                      if (body.contains("\"active\":true")) {
                        wrong.add(body);
                      }
                      Answer yes = cluster.introspect(node, kept, Caller.CALLER);
                      if (yes.status() == 200 && !yes.body().contains("\"active\":true")) {
                        wrong.add(yes.body());
                      }
                    } catch (IOException e) {
                      Thread.onSpinWait(); // not listening yet
                    } catch (Exception e) {
                      wrong.add(e.toString());
                    }
                  }
                }
              });
      asking.start();
      try {
        cluster.start();
        assertThat(cluster.isActiveEverywhere(kept)).isTrue();
        assertThat(cluster.isInactiveEverywhere(revoked)).isTrue();
      } finally {
        done.set(true);
        asking.join();
      }
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void whenTwoOfThreeMembersStopTheThirdServes_andNothingRegisteredIsLost() throws Exception {
    try (Cluster cluster = new Cluster(data, 3).start()) {
      List<String> tokens =
          List.of(
              cluster.register(),
              cluster.register(),
              cluster.register(),
              cluster.register(),
              cluster.register(),
              cluster.register(),
              cluster.register(),
              cluster.register());
      String revoked = cluster.register();
      cluster.revoke(revoked);

      cluster.killIntrospectors(1, 2);

      for (String token : tokens) {
        Await.until(
            "the third node knows the credential",
            () ->
                cluster.introspect(3, token, Caller.CALLER).body().startsWith("{\"active\":true"));
      }
      assertThat(cluster.introspect(3, revoked, Caller.CALLER).body())
          .isEqualTo("{\"active\":false}");
      String later = cluster.register();
      assertThat(cluster.introspect(3, later, Caller.CALLER).body()).startsWith("{\"active\":true");
    }
  }

  @Test
  void withoutKafkaNobodySaysYes_andRevocationsAreRefused_untilItIsBack() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start()) {
      String token = cluster.register();
      String jwt = cluster.issuer().mint(c -> c);
      assertThat(cluster.isActiveEverywhere(jwt)).isTrue();

      cluster.stopBroker();

      Await.until(
          "the node says that it is stale",
          () -> cluster.introspect(1, token, Caller.CALLER).status() == 503);
      Answer stale = cluster.introspect(1, jwt, Caller.CALLER);
      assertThat(stale.status()).isEqualTo(503);
      assertThat(stale.header("Retry-After")).hasSize(1);
      assertThat(cluster.introspect(1, "unknown", Caller.CALLER).status()).isEqualTo(503);
      Answer ready = cluster.get(cluster.managementUrl(1) + "/health/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.body()).contains("STALE");
      assertThat(cluster.get(cluster.managementUrl(1) + "/health/live").status()).isEqualTo(200);
      Answer refused =
          cluster.form(
              cluster.publisherUrl() + "/revoke",
              Caller.AUTHORIZATION_SERVER,
              Map.of("token", token));
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).hasSize(1);

      cluster.startBroker();

      Await.until("the node serves again", () -> cluster.isActiveEverywhere(jwt));
      Await.until(
          "the publisher takes revocations again",
          () ->
              cluster
                      .form(
                          cluster.publisherUrl() + "/revoke",
                          Caller.AUTHORIZATION_SERVER,
                          Map.of("token", token))
                      .status()
                  == 200);
      Await.until("it is revoked", () -> cluster.isInactiveEverywhere(token));
    }
  }
}
