package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot prove any more that it is up to date, and whom it answers. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StalePolicyIT {
  private static final long BOUND_MILLIS = 2_000;

  @TempDir Path data;

  @Test
  void aStaleNodeAnswersWhoTakesThat_saysSoInEachAnswer_andNobodyElse() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).start()) {
      String active = cluster.issuer().mint(claims -> claims);
      String revoked = cluster.issuer().mint(claims -> claims.subject("leaver"));
      Answer revocation =
          cluster.post(
              "/v1/revocations?confirm=all",
              Caller.ADMIN,
              "{\"target\":{\"type\":\"subject\",\"iss\":\""
                  + cluster.issuer().iss()
                  + "\",\"sub\":\"leaver\"}}");
      assertThat(revocation.status()).isEqualTo(201);
      Answer fresh = cluster.introspect(1, active, Caller.STALE_TAKER);
      assertThat(fresh.body()).startsWith("{\"active\":true");
      assertThat(fresh.header("Rescind-Stale")).isEmpty();

      cluster.stopBroker();
      Await.until(
          "the node is stale", () -> cluster.introspect(1, active, Caller.CALLER).status() == 503);

      for (int i = 0; i < 20; i++) {
        assertStale(cluster.introspect(1, active, Caller.STALE_TAKER), "{\"active\":true");
        assertStale(cluster.introspect(1, revoked, Caller.STALE_TAKER), "{\"active\":false}");
        assertStale(
            cluster.introspect(1, Tokens.opaque(), Caller.STALE_TAKER), "{\"active\":false}");
        assertStale(cluster.introspect(1, "no token", Caller.STALE_TAKER), "{\"active\":false}");
        for (String token : List.of(active, revoked, Tokens.opaque(), "no token")) {
          Answer refused = cluster.introspect(1, token, Caller.CALLER);
          assertThat(refused.status()).isEqualTo(503);
          assertThat(refused.header("Rescind-Stale")).isEmpty();
          assertThat(refused.header("Retry-After")).singleElement().isIn("1", "2", "3");
          assertThat(refused.header("Rescind-Staleness-Ms"))
              .singleElement()
              .satisfies(age -> assertThat(Long.parseLong(age)).isGreaterThan(BOUND_MILLIS));
        }
      }
      String reached = revocation.header("Rescind-Position").get(0);
      assertStale(
          cluster.introspect(1, revoked, Caller.STALE_TAKER, "Rescind-At-Least", reached),
          "{\"active\":false}");
      String later = Positions.after(cluster, reached, 1_000);
      assertThat(
              cluster.introspect(1, active, Caller.STALE_TAKER, "Rescind-At-Least", later).status())
          .isEqualTo(503);
      assertThat(
              Metrics.of(cluster, cluster.managementUrl(1))
                  .value("rescind_introspections_stale_total"))
          .isEqualTo(81);

      cluster.startBroker();
      Await.until("the node serves", () -> cluster.isActiveEverywhere(active));
      assertThat(cluster.introspect(1, active, Caller.STALE_TAKER).header("Rescind-Stale"))
          .isEmpty();
    }
  }

  private static void assertStale(Answer answer, String beginning) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).startsWith(beginning);
    assertThat(answer.header("Rescind-Stale"))
        .singleElement()
        .satisfies(age -> assertThat(Long.parseLong(age)).isGreaterThanOrEqualTo(BOUND_MILLIS));
  }
}
