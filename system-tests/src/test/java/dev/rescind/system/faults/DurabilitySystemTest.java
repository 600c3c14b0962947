package dev.rescind.system.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rescind.platform.json.Json;
import dev.rescind.revocation.RevocationIndex;
import dev.rescind.system.faults.FaultCluster.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * D1, by number: {@code -Ddurable.facts=…} (a million) are acknowledged, half of them before the
 * broker that leads the log is destroyed, half after. Every node that then starts from the log must
 * hold each of them, and nothing else.
 */
class DurabilitySystemTest {
  private static final int FACTS = Integer.getInteger("durable.facts", 1_000_000);

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void whenABrokerIsDestroyed_noAcknowledgedFactIsLost() throws Exception {
    assumeTrue(
        System.getProperty("fault") == null && System.getProperty("planted") == null,
        "not asked for");
    assumeTrue(FaultCluster.haveJars(Session.PROJECT), "not run: the services' jars are not built");
    Path directory = Path.of("target", "faults", "durable").toAbsolutePath();
    RevocationIndex acknowledged = new RevocationIndex(2 * FACTS);
    try (FaultCluster cluster =
            new FaultCluster(directory, Session.PROJECT, new JwtKeys(), List.of());
        LogAccess log = startedWithoutPublishers(cluster)) {
      FaultCluster.await("every broker has a copy", Duration.ofMinutes(1), cluster::isInSync);
      log.fill(FACTS / 2, fact -> acknowledged.apply(fact.revocation()));
      Node leader = cluster.brokers().get(cluster.leader().orElseThrow() - 1);
      leader.child().kill();
      cluster.destroyData(leader);
      System.out.println(FACTS / 2 + " facts are acknowledged; " + leader + " is destroyed");
      log.fill(FACTS - FACTS / 2, fact -> acknowledged.apply(fact.revocation()));
      for (Node node : cluster.introspectors()) {
        node.child().kill();
        node.child().start();
      }
      String expected = HexFormat.of().toHexDigits(acknowledged.digest(0));
      for (Node node : cluster.introspectors()) {
        FaultCluster.await(node + " serves", Duration.ofMinutes(3), () -> cluster.isReady(node));
        JsonNode index =
            Json.parseObject(cluster.management(node, "/index?at=0").body()).orElseThrow();
        System.out.println(node + " holds " + index);
        assertThat(index.path("facts").asInt()).isEqualTo(FACTS);
        assertThat(index.path("digest").asText()).isEqualTo(expected);
      }
    }
  }

  /** Publishers keep each fact in full, for which theirs is no heap, and are not needed here. */
  private static LogAccess startedWithoutPublishers(FaultCluster cluster) throws Exception {
    cluster.start();
    cluster.publishers().forEach(one -> one.child().kill());
    return new LogAccess(cluster);
  }
}
