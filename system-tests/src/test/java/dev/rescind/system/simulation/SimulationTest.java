package dev.rescind.system.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many runs, each of its own seed. {@code -Dsimulation.seed=N} runs one, and tells what happened in
 * it; {@code -Dsimulation.seeds=N} says how many, {@code -Dsimulation.from=N} from which on.
 */
@Timeout(600)
class SimulationTest {

  @Test
  void noSeedBreaksAPromise() {
    Long one = Long.getLong("simulation.seed");
    long from = Long.getLong("simulation.from", 0);
    long seeds = Long.getLong("simulation.seeds", 10_000);
    Totals totals = new Totals();
    List<Simulation.Result> failed =
        (one == null ? LongStream.range(from, from + seeds) : LongStream.of(one))
            .parallel()
            .mapToObj(Simulation::run)
            .peek(totals::add)
            .filter(result -> !result.isClean())
            .limit(3)
            .toList();
    System.out.println(totals);
    if (one != null) {
      System.out.println(describe(one));
    }
    assertThat(failed)
        .as(
            () ->
                failed.stream()
                    .map(Simulation.Result::seed)
                    .map(SimulationTest::describe)
                    .toList()
                    .toString())
        .isEmpty();
    if (one == null && seeds >= 1_000) {
      totals.assertThatMuchHappened();
    }
  }

  /** What happened in a run, and how to run it again. */
  static String describe(long seed) {
    Simulation.Result result = Simulation.run(seed, Behaviour::new, true);
    return """

        seed %d. To run it again:
          mvn -pl system-tests -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed=%d
        %s
        %s
        The end of it:
        %s
        """
        .formatted(seed, seed, result.problems(), result.history(), result.trace());
  }

  private static final class Totals {
    private long active;
    private long inactive;
    private long undecided;
    private long unknownRevocations;
    private long lifts;
    private long elections;
    private long truncated;
    private long zombies;
    private long compacted;

    synchronized void add(Simulation.Result result) {
      active += result.history().counts().active();
      inactive += result.history().counts().inactive();
      undecided += result.history().counts().undecided();
      unknownRevocations += result.history().counts().revokesUnknown();
      lifts += result.history().counts().lifted();
      elections += result.kafka().elections;
      truncated += result.kafka().truncated;
      zombies += result.kafka().zombieFetches;
      compacted += result.kafka().compacted;
    }

    void assertThatMuchHappened() {
      assertThat(
              List.of(
                  active,
                  inactive,
                  undecided,
                  unknownRevocations,
                  lifts,
                  elections,
                  truncated,
                  zombies,
                  compacted))
          .allSatisfy(count -> assertThat(count).isGreaterThan(100));
    }

    @Override
    public String toString() {
      return "active %d, inactive %d, undecided %d, unknown revocations %d, lifts %d, elections %d, truncated %d, fetches of deposed leaders %d, compacted %d"
          .formatted(
              active,
              inactive,
              undecided,
              unknownRevocations,
              lifts,
              elections,
              truncated,
              zombies,
              compacted);
    }
  }
}
