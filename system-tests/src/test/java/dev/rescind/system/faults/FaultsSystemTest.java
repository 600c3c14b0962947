package dev.rescind.system.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rescind.system.history.HistoryReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The long run: every fault that this machine can bring about, then pairs of them at random until
 * the minutes are over. {@code -Dfault=F5} runs one kind alone, {@code -Dseed=…} draws as an
 * earlier run did, {@code -Dminutes=…} says how long, {@code -Drate=…} how many introspections a
 * second.
 */
class FaultsSystemTest {
  private static final Path REPORT = Path.of("target", "faults").toAbsolutePath();
  private static final int MINUTES = Integer.getInteger("minutes", 60);
  private static final int RATE = Integer.getInteger("rate", 3_000);
  private static final String ONLY = System.getProperty("fault", "");
  private static final int EACH_ALONE = 3;
  private static final int ROUNDS_BETWEEN_CHECKS = 10;
  private static final int CHECKS_BETWEEN_QUIETS = 3;

  private final List<String> violations = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Durations observed = new Durations();
  private long violated;
  private int checks;

  @Test
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void whateverGoesWrong_nothingRevokedIsActive() throws Exception {
    assumeTrue(System.getProperty("planted") == null, "not asked for");
    long seed = Long.getLong("seed", System.nanoTime() & 0xffffff);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
    try (Session session = Session.start("long", new Load.Rates(RATE, 10, 2_000))) {
      Matrix matrix = new Matrix(session.cluster(), session.faults());
      matrix.notRun("F10", "in tests of the checkpoint, on files");
      matrix.notRun("F14", "in FaultsIT");
      matrix.notRun("F17", "in FaultsIT: it ends a cluster for good");
      List<String> kinds = ONLY.isEmpty() ? matrix.kinds() : List.of(ONLY);
      session.load().healthy(false);
      TimeUnit.SECONDS.sleep(15);
      session.load().healthy(true); // L1, of a cluster that is warm
      TimeUnit.SECONDS.sleep(45);
      for (String kind : kinds) {
        for (int i = 0; i < EACH_ALONE; i++) {
          round(session, List.of(matrix.draw(kind, random, Set.of())));
        }
      }
      while (System.nanoTime() - end < 0) {
        round(
            session,
            ONLY.isEmpty() ? matrix.draw(random) : List.of(matrix.draw(ONLY, random, Set.of())));
      }
      checkAll(session, true);
      Report.Findings found =
          new Report.Findings(
              seed,
              session.rounds().done(),
              matrix.notRun(),
              session.journal().checked(),
              violations,
              violated,
              problems,
              session.load().propagation(),
              observed);
      Report.write(REPORT, found);
      System.out.println("report: " + REPORT.resolve("report.md"));
      assertThat(session.load().strange()).isEmpty();
      assertThat(Report.isGood(found)).as("nothing is broken; see the report").isTrue();
    }
  }

  private void round(Session session, List<Fault> faults) throws Exception {
    if (faults.stream().anyMatch(one -> one.id().equals("F15"))) {
      session.journal().clocksAreBehind(Duration.ofHours(1));
    }
    Round round = session.rounds().run(faults);
    System.out.println(
        round + " checked " + session.journal().checked() + " violations " + violated);
    TimeUnit.MILLISECONDS.sleep(200);
    if (round.number() % ROUNDS_BETWEEN_CHECKS == 0) {
      checkAll(session, ++checks % CHECKS_BETWEEN_QUIETS == 0);
    }
  }

  private void checkAll(Session session, boolean quiet) throws Exception {
    if (quiet) {
      problems.addAll(session.quiet());
    }
    HistoryReport report = session.check();
    observed.addAll(report.staleness().lastActive().toArray());
    violated += report.violated();
    report.violations().stream()
        .limit(Math.max(0, 20 - violations.size()))
        .forEach(one -> violations.add(one.toString()));
    if (!report.isClean()) {
      System.out.println(report);
    }
  }
}
