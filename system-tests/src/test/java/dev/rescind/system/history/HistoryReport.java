package dev.rescind.system.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a check of a history found.
 *
 * @param violations the first ones
 * @param violated how many there were
 */
public record HistoryReport(
    List<Violation> violations, long violated, Counts counts, Staleness staleness) {

  /** How many operations there were, by what became of them. */
  public record Counts(
      long credentials,
      long revoked,
      long revokesUnknown,
      long lifted,
      long active,
      long inactive,
      long undecided,
      long unknown) {

    public long introspections() {
      return active + inactive + undecided + unknown;
    }
  }

  /**
   * How long revocations that nothing ended took to show, for each credential that they covered and
   * each node that was asked for it. What happened before the acknowledgement counts as 0.
   *
   * @param lastActive the last question that was answered with active, after the acknowledgement
   * @param firstInactive the first answer that was inactive, after the acknowledgement: an upper
   *     bound, as coarse as the node was asked seldom (L1)
   */
  public record Staleness(Distribution lastActive, Distribution firstInactive) {}

  public HistoryReport {
    violations = List.copyOf(violations);
  }

  public boolean isClean() {
    return violated == 0;
  }

  @Override
  public String toString() {
    return violated
        + " violations; "
        + counts
        + "; last active: "
        + staleness.lastActive()
        + "; first inactive: "
        + staleness.firstInactive()
        + violations.stream().map(one -> "\n  " + one).collect(Collectors.joining());
  }
}
