package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * L3: what of two may fail without JWTs being answered any worse, and what else is never active.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AvailabilityIT {
  private static final int QUESTIONS = 1_000;

  @TempDir Path data;

  private static String revokedJwt(Cluster cluster) throws Exception {
    String jwt = cluster.issuer().mint(claims -> claims);
    assertThat(cluster.isActiveEverywhere(jwt)).isTrue();
    cluster.revoke(jwt);
    return jwt;
  }

  /** Asks for JWTs, every tenth of which is new; at most one in a thousand may go unanswered. */
  private static void assertJwtsAreAnswered(Cluster cluster, String revoked) throws Exception {
    int failed = 0;
    String jwt = cluster.issuer().mint(claims -> claims);
    for (int i = 0; i < QUESTIONS; i++) {
      if (i % 10 == 0) {
        jwt = cluster.issuer().mint(claims -> claims);
      }
      int node = 1 + i % cluster.introspectors();
      if (!cluster.introspect(node, jwt, Caller.CALLER).body().startsWith("{\"active\":true")) {
        failed++;
      }
      assertThat(cluster.introspect(node, revoked, Caller.CALLER).body())
          .doesNotContain("\"active\":true");
    }
    assertThat(failed).isLessThanOrEqualTo(QUESTIONS / 1_000);
  }

  @Test
  void jwtsAreAnswered_whileTheirIssuersKeysCannotBeHad() throws Exception {
    try (Cluster cluster = new Cluster(data, 1).bound(Duration.ofSeconds(30)).start()) {
      String revoked = revokedJwt(cluster);
      cluster.issuer().close();

      assertJwtsAreAnswered(cluster, revoked);
    }
  }

  @Test
  void jwtsAreAnswered_whileThereIsNoGrid_andWhatIsOnlyInItIsUndecided() throws Exception {
    try (Cluster cluster = new Cluster(data, 2).bound(Duration.ofSeconds(30)).start()) {
      String revoked = revokedJwt(cluster);
      String opaque = cluster.register();
      String revokedOpaque = cluster.register();
      cluster.revoke(revokedOpaque);
      List<HazelcastInstance> members = new ArrayList<>(Hazelcast.getAllHazelcastInstances());
      members.parallelStream().forEach(member -> member.getLifecycleService().terminate());

      assertJwtsAreAnswered(cluster, revoked);
      for (int node = 1; node <= 2; node++) {
        assertThat(cluster.introspect(node, opaque, Caller.CALLER).status()).isEqualTo(503);
        assertThat(cluster.introspect(node, revokedOpaque, Caller.CALLER).body())
            .doesNotContain("\"active\":true");
        assertThat(cluster.introspect(node, Tokens.opaque(), Caller.CALLER).status())
            .isEqualTo(503);
      }
    }
  }
}
