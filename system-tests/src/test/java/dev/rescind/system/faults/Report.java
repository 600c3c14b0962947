package dev.rescind.system.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a run found, as Markdown with plots beside it. */
final class Report {
  private static final double L2_MILLIS = 2_000;

  /**
   * What a run was.
   *
   * @param checked introspections that were answered, and whose answers were checked
   * @param violations of the history, as text; the first ones
   * @param violated how many there were
   * @param observed how long after an acknowledgement a question was still answered with active
   */
  record Findings(
      long seed,
      List<Round> rounds,
      Map<String, String> notRun,
      long checked,
      List<String> violations,
      long violated,
      List<String> problems,
      Durations propagation,
      Durations observed) {}

  /** One fault's figures. */
  private static final class Row {
    int episodes;
    Vitals.Counts answers = new Vitals.Counts(0, 0, 0, 0, 0);
    final Durations recovery = new Durations();
    final Durations start = new Durations();
    final Durations stale = new Durations();
    int problems;
  }

  private Report() {}

  /** Whether everything that must hold did. */
  static boolean isGood(Findings found) {
    return found.violated() == 0
        && found.problems().isEmpty()
        && found.rounds().stream().allMatch(round -> round.problems().isEmpty());
  }

  static void write(Path directory, Findings found) throws IOException {
    Durations recovery = new Durations();
    for (Round round : found.rounds()) {
      if (round.recovery() != null) {
        recovery.add(round.recovery());
      }
    }
    Files.writeString(
        directory.resolve("staleness.svg"),
        Plot.distribution("Observed staleness after the acknowledgement", found.observed()));
    Files.writeString(
        directory.resolve("propagation.svg"),
        Plot.distribution("From acknowledgement to inactive, nothing wrong", found.propagation()));
    Files.writeString(
        directory.resolve("recovery.svg"), Plot.distribution("Recovery after heal", recovery));
    Files.writeString(directory.resolve("report.md"), markdown(found, recovery));
  }

  private static String markdown(Findings found, Durations recovery) {
    StringBuilder text = new StringBuilder();
    int episodes = found.rounds().stream().mapToInt(round -> round.faults().size()).sum();
    text.append("# Faults\n\n");
    text.append(
        isGood(found)
            ? "**Nothing that must hold was broken.**\n\n"
            : "**Something that must hold was broken: see below.**\n\n");
    line(text, "fault episodes", Integer.toString(episodes));
    line(text, "introspections checked", Long.toString(found.checked()));
    line(text, "violations of S1 (S4), S2, S3, S5", Long.toString(found.violated()));
    line(text, "L1, from acknowledgement to inactive", found.propagation().toString());
    line(text, "observed staleness, faults included", found.observed().toString());
    line(text, "recovery after heal (L2)", recovery.toString());
    long late = 0;
    for (long one : recovery.sorted()) {
      late += one / 1e6 > L2_MILLIS ? 1 : 0;
    }
    line(text, "rounds that took longer than 2 s", late + " of " + recovery.size());
    line(text, "seed", Long.toString(found.seed()));
    line(text, "date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    line(text, "machine", machine());
    line(text, "JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
    line(text, "commit", Shell.run("git", "rev-parse", "--short=12", "HEAD").output());
    text.append(
        "\n![observed staleness](staleness.svg) ![propagation](propagation.svg)"
            + " ![recovery](recovery.svg)\n\n");
    table(text, found.rounds());
    text.append("\nTwo faults at the same time count for both. *503* is the share of");
    text.append(" introspections that were answered so, *none* of those not answered at all,");
    text.append(" of all nodes together, while the fault was there and until all was well.\n");
    text.append("\n## Not run\n\n");
    found.notRun().forEach((id, why) -> text.append("- " + id + ": " + why + "\n"));
    found
        .rounds()
        .forEach(round -> round.notBroughtAbout().forEach(one -> text.append("- " + one + "\n")));
    List<String> broken = new ArrayList<>(found.problems());
    for (Round round : found.rounds()) {
      round
          .problems()
          .forEach(
              one -> broken.add("round " + round.number() + " " + round.faults() + ": " + one));
    }
    text.append("\n## Broken\n\n");
    if (broken.isEmpty() && found.violated() == 0) {
      text.append("Nothing.\n");
    }
    broken.forEach(one -> text.append("- " + one + "\n"));
    found.violations().forEach(one -> text.append("\n```\n" + one + "\n```\n"));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("- ").append(name).append(": ").append(value).append('\n');
  }

  private static void table(StringBuilder text, List<Round> rounds) {
    Map<Integer, Row> rows = new TreeMap<>();
    for (Round round : rounds) {
      for (Fault fault : round.faults()) {
        Row row =
            rows.computeIfAbsent(Integer.parseInt(fault.id().substring(1)), none -> new Row());
        row.episodes++;
        row.answers = row.answers.plus(round.answers());
        row.problems += round.problems().size();
        if (round.recovery() != null) {
          row.recovery.add(round.recovery());
        }
        if (round.start() != null) {
          row.start.add(round.start());
        }
        fault.cost().cutOff().stream()
            .filter(node -> round.staleWithin().containsKey(node.name()))
            .forEach(node -> row.stale.add(round.staleWithin().getOrDefault(node.name(), 0L)));
      }
    }
    text.append(
        "| fault | episodes | problems | introspections | 503 | none | STALE within (max) |");
    text.append(" recovery p50 | recovery max | start p50 | start max |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
    rows.forEach(
        (id, row) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| F%d | %d | %d | %d | %.2f %% | %.2f %% | %s | %.0f ms | %.0f ms | %s | %s |\n",
                    id,
                    row.episodes,
                    row.problems,
                    row.answers.total(),
                    share(row.answers.notServing() + row.answers.cannotTell(), row.answers),
                    share(row.answers.none(), row.answers),
                    orNone(row.stale, 1),
                    row.recovery.millis(0.5),
                    row.recovery.millis(1),
                    orNone(row.start, 0.5),
                    orNone(row.start, 1))));
  }

  private static double share(long part, Vitals.Counts all) {
    return all.total() == 0 ? 0 : 100.0 * part / all.total();
  }

  private static String orNone(Durations durations, double share) {
    return durations.size() == 0
        ? ""
        : String.format(Locale.ROOT, "%.0f ms", durations.millis(share));
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors()
        + " processors, "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch");
  }
}
