package dev.rescind.system.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rescind.system.faults.FaultCluster.Node;
import dev.rescind.system.history.HistoryReport;
import dev.rescind.system.history.Violation;
import dev.rescind.system.planted.agent.AgentJar;
import dev.rescind.system.planted.agent.PlantedBug;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A cluster whose introspectors have a planted bug, with the fault that is most likely to show it:
 * its history does. {@code -Dplanted=fresh-by-end-offsets} runs one alone. The two that need a
 * certain sequence of revocations are tried by {@code PlantedBugsIT}.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PlantedBugsSystemTest {
  private static final String ONLY = System.getProperty("planted", "");
  private static final Load.Rates RATES = new Load.Rates(600, 20, 400);

  private static String option(Path agent, PlantedBug bug) {
    // A run of minutes has some hundreds of revocations, of which one has to be passed over.
    return AgentJar.option(agent, bug) + (bug == PlantedBug.SKIPPED_APPLY ? ":100" : "");
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"KEY_BY_KID_ALONE", "LAST_CUTOFF_WINS"})
  void isFound(PlantedBug bug) throws Exception {
    assumeTrue(System.getProperty("fault") == null, "not asked for");
    assumeTrue(ONLY.isEmpty() || ONLY.equals(bug.optionName()), "not asked for");
    Path agent = AgentJar.write(Path.of("target", "planted-agent.jar"));
    try (Session session =
        Session.start("planted-" + bug.optionName(), RATES, List.of(option(agent, bug)))) {
      FaultCluster cluster = session.cluster();
      Node introspector = cluster.introspectors().get(0);
      TimeUnit.SECONDS.sleep(10); // revocations, to be forgotten or passed over
      switch (bug) {
        case RESET_TO_LATEST ->
            session.run(session.faults().kill(introspector, Duration.ofMillis(500)));
        case FRESH_BY_END_OFFSETS -> {
          assumeTrue(
              cluster.network().cannotCut().isEmpty(), "not run: " + cluster.network().cannotCut());
          int leader = cluster.leader().orElseThrow();
          session.run(
              session
                  .faults()
                  .zombie(cluster.brokers().get(leader - 1), introspector, Duration.ofSeconds(12)));
        }
        default -> TimeUnit.SECONDS.sleep(10);
      }
      TimeUnit.SECONDS.sleep(3);
      HistoryReport report = session.check();
      System.out.println(bug + ": " + report);
      assertThat(report.violations()).as("what shows %s", bug).isNotEmpty();
      assertThat(report.violations()).extracting(Violation::promise).contains("S1");
    }
  }
}
