package dev.rescind.system.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.system.history.Violation;
import dev.rescind.system.simulation.Behaviour;
import dev.rescind.system.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every planted bug is found by the simulation, within few seeds that are clean without it. */
@Timeout(300)
class PlantedBugsTest {
  private static final int MAX_SEEDS = 1_000;
  private static final int FINDS = 3;

  @ParameterizedTest
  @EnumSource(Bug.class)
  void isFound_byRunsThatAreCleanWithoutIt(Bug bug) {
    List<Long> found = new ArrayList<>();
    List<Violation> violations = new ArrayList<>();
    long seed = 0;
    while (seed < MAX_SEEDS && found.size() < FINDS) {
      Simulation.Result result = Simulation.run(seed, bug::behaviour, false);
      List<Violation> stale =
          result.history().violations().stream().filter(one -> one.promise().equals("S1")).toList();
      if (!stale.isEmpty()) {
        found.add(seed);
        violations.addAll(stale);
      }
      seed++;
    }
    assertThat(found).as("seeds below %d that find %s", MAX_SEEDS, bug).hasSize(FINDS);
    for (long one : found) {
      assertThat(Simulation.run(one, Behaviour::new, false).isClean())
          .as("seed %d without %s", one, bug)
          .isTrue();
    }
    System.out.printf(
        "%s is found by seeds %s: %s%n",
        bug, found, violations.get(0).toString().replace("\n", " "));
  }
}
