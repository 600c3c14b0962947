package dev.rescind.system.history;

import dev.rescind.system.history.Operation.Call;
import dev.rescind.system.history.Operation.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks a history against S1 (with it S4), S2, S3 and S5 of {@code docs/properties.md}. First it
 * takes all that changes answers, then introspections in any order, each once: what it keeps grows
 * with credentials, revocations and nodes, not with introspections. It knows nothing of how the
 * project decides.
 *
 * <p>What a revocation R does to the answer to a question, by when each was invoked and completed:
 *
 * <ul>
 *   <li>R <em>may</em> make it inactive if R was invoked before the answer completed, was not
 *       refused, and was not surely ended before the question was invoked.
 *   <li>R <em>must</em> make it inactive if R was acknowledged (outcome ok) more than one bound
 *       before the question was invoked, and nothing that may end R did before the answer
 *       completed.
 *   <li>A lift may end R as soon as it is invoked, unless it was refused; it surely has one bound
 *       after it was acknowledged. A suspension's own end may come one slack early and surely has
 *       come one slack late.
 *   <li>So a revocation or lift that timed out is unknown for ever: it may do, and need not.
 * </ul>
 *
 * <p>S1: an active answer though R must make it inactive. S2: the same for a question that carried
 * R's position or a later one, without any bound. S5: an inactive answer for a credential that was
 * known before, has not come to its own end, and is covered by nothing that may make it inactive.
 * S3: an active answer of a node that was asked after it had completed an inactive one, while
 * nothing that may have been the cause of that one may have ended.
 */
public final class HistoryChecker {
  private static final int MAX_KEPT = 50;
  private static final long NEVER = Long.MAX_VALUE;

  private final long bound;
  private final long slack;
  private final long late;

  /** A revocation that was not refused, with what ended it. */
  private static final class Fact {
    final Operation.Revoke revoke;
    final long invoked;
    final long acked;

    /** Before this it has surely not ended. */
    long mayEnd;

    /** After this it surely has. */
    long surelyEnded;

    Fact(Operation.Revoke revoke, long slack, long late) {
      this.revoke = revoke;
      invoked = revoke.call().invoked();
      acked = revoke.call().outcome() == Outcome.OK ? revoke.call().completed() : NEVER;
      mayEnd = revoke.ends() == null ? NEVER : revoke.ends() - slack;
      surelyEnded = revoke.ends() == null ? NEVER : revoke.ends() + late;
    }

    boolean mayCover(@Nullable Long iat) {
      return revoke.cutoff() == null || iat == null || iat <= revoke.cutoff();
    }

    boolean mustCover(@Nullable Long iat) {
      return revoke.cutoff() != null && mayCover(iat);
    }
  }

  /**
   * The times at which a node gave either answer for a credential, folded: an inactive answer by
   * the earliest moment at which any of its possible causes may have ended, an active one by the
   * earliest such moment after it.
   */
  private static final class OfNode {
    final Operation.@Nullable Introspect[] firstInactive;
    final Operation.@Nullable Introspect[] lastActive;
    long lastActiveInvoked = Long.MIN_VALUE;
    long firstInactiveCompleted = NEVER;

    OfNode(int ends) {
      firstInactive = new Operation.Introspect[ends];
      lastActive = new Operation.Introspect[ends];
    }
  }

  private static final class OfCredential {
    final Operation.Known known;
    final Fact[] covering;

    /** All moments before which a covering fact has surely not ended, ascending; the last never. */
    final long[] ends;

    /** The fact whose staleness is measured: the first that was acknowledged, if none ever ends. */
    final @Nullable Fact measured;

    final List<@Nullable OfNode> nodes = new ArrayList<>();

    OfCredential(Operation.Known known, Fact[] covering) {
      this.known = known;
      this.covering = covering;
      Fact first = null;
      Set<Long> moments = new TreeSet<>(Set.of(NEVER));
      for (Fact fact : covering) {
        moments.add(fact.mayEnd);
        if (fact.acked != NEVER && fact.mustCover(known.iat())) {
          first = first == null || fact.acked < first.acked ? fact : first;
        }
      }
      ends = moments.stream().mapToLong(Long::longValue).toArray();
      measured = ends.length == 1 ? first : null;
    }

    OfNode at(int node) {
      while (nodes.size() <= node) {
        nodes.add(null);
      }
      OfNode one = nodes.get(node);
      if (one == null) {
        one = new OfNode(ends.length);
        nodes.set(node, one);
      }
      return one;
    }
  }

  private final Map<String, Operation.Known> known = new HashMap<>();
  private final Map<String, Fact> facts = new HashMap<>();
  private final List<Operation.Lift> lifts = new ArrayList<>();
  private final Map<String, List<Fact>> byPlace = new HashMap<>();
  private final Map<String, OfCredential> credentials = new HashMap<>();
  private final Map<String, Integer> nodes = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private boolean complete;

  private long violated;
  private long revoked;
  private long revokesUnknown;
  private long lifted;
  private long active;
  private long inactive;
  private long undecided;
  private long unknown;

  /**
   * @param bound B
   * @param slack by how much the end of a suspension or credential may be off, on the history's
   *     clock
   */
  public HistoryChecker(Duration bound, Duration slack) {
    this(bound, slack, slack);
  }

  /**
   * @param slack by how much an end may be early
   * @param late by how much the end of a suspension may be late: where clocks are set back, long
   */
  public HistoryChecker(Duration bound, Duration slack, Duration late) {
    this.bound = bound.toNanos();
    this.slack = slack.toNanos();
    this.late = late.toNanos();
  }

  /** Checks a history that a {@link HistoryWriter} wrote. */
  public static HistoryReport check(Path directory, Duration bound, Duration slack)
      throws IOException {
    HistoryChecker checker = new HistoryChecker(bound, slack);
    HistoryFiles.read(HistoryFiles.facts(directory), checker::accept);
    HistoryFiles.read(HistoryFiles.introspections(directory), checker::accept);
    return checker.report();
  }

  /** Checks a history that is in memory, in any order. */
  public static HistoryReport check(
      Iterable<? extends Operation> history, Duration bound, Duration slack) {
    return new HistoryChecker(bound, slack).check(history);
  }

  /** Checks a history that is in memory, in any order. */
  public HistoryReport check(Iterable<? extends Operation> history) {
    for (Operation one : history) {
      if (!(one instanceof Operation.Introspect)) {
        accept(one);
      }
    }
    for (Operation one : history) {
      if (one instanceof Operation.Introspect) {
        accept(one);
      }
    }
    return report();
  }

  /** Takes the next operation; introspections come last. */
  public void accept(Operation operation) {
    if (operation instanceof Operation.Introspect introspect) {
      completeFacts();
      introspected(introspect);
      return;
    }
    if (complete) {
      throw new IllegalStateException(
          "operation " + operation.call().id() + " came after introspections");
    }
    boolean refused = operation.call().outcome() == Outcome.REFUSED;
    if (operation instanceof Operation.Known one) {
      if (one.call().outcome() == Outcome.OK) {
        known.merge(
            one.credential(),
            one,
            (old, again) -> old.call().completed() <= again.call().completed() ? old : again);
      }
    } else if (operation instanceof Operation.Lift lift && !refused) {
      lifted++;
      lifts.add(lift);
    } else if (operation instanceof Operation.Revoke revoke && !refused) {
      Fact fact = new Fact(revoke, slack, late);
      if (facts.put(revoke.revocation(), fact) != null) {
        throw new IllegalArgumentException("two revocations are named " + revoke.revocation());
      }
      revoked += fact.acked == NEVER ? 0 : 1;
      revokesUnknown += fact.acked == NEVER ? 1 : 0;
      for (String place : revoke.places()) {
        byPlace.computeIfAbsent(place, none -> new ArrayList<>(1)).add(fact);
      }
    }
  }

  private void completeFacts() {
    if (complete) {
      return;
    }
    complete = true;
    for (Operation.Lift lift : lifts) {
      Fact fact = facts.get(lift.revocation());
      if (fact == null) {
        continue; // of one that was refused
      }
      fact.mayEnd = Math.min(fact.mayEnd, lift.call().invoked());
      if (lift.call().outcome() == Outcome.OK) {
        fact.surelyEnded = Math.min(fact.surelyEnded, lift.call().completed() + bound);
      }
    }
    lifts.clear();
  }

  private @Nullable OfCredential credential(String name) {
    OfCredential one = credentials.get(name);
    if (one == null) {
      Operation.Known is = known.get(name);
      if (is == null) {
        return null;
      }
      Set<Fact> covering = new LinkedHashSet<>();
      for (String place : is.places()) {
        for (Fact fact : byPlace.getOrDefault(place, List.of())) {
          if (fact.mayCover(is.iat())) {
            covering.add(fact);
          }
        }
      }
      one = new OfCredential(is, covering.toArray(Fact[]::new));
      credentials.put(name, one);
    }
    return one;
  }

  private void introspected(Operation.Introspect introspect) {
    Call call = introspect.call();
    if (call.outcome() != Outcome.OK || introspect.active() == null) {
      undecided += call.outcome() == Outcome.REFUSED ? 1 : 0;
      unknown += call.outcome() == Outcome.REFUSED ? 0 : 1;
      return;
    }
    OfCredential credential = credential(introspect.credential());
    int node = nodes.computeIfAbsent(call.node(), none -> nodes.size());
    if (introspect.active()) {
      active++;
      if (credential != null) {
        wasActive(introspect, credential, credential.at(node));
      }
    } else {
      inactive++;
      if (credential != null) {
        wasInactive(introspect, credential, credential.at(node));
      }
    }
  }

  private void wasActive(Operation.Introspect is, OfCredential credential, OfNode node) {
    Call call = is.call();
    for (Fact fact : credential.covering) {
      if (!fact.mustCover(credential.known.iat()) || fact.mayEnd < call.completed()) {
        continue;
      }
      if (fact.acked != NEVER && call.invoked() - fact.acked > bound) {
        violation(
            "S1",
            is,
            "active %.3f ms after a revocation was acknowledged, the bound being %.0f ms"
                .formatted((call.invoked() - fact.acked) / 1e6, bound / 1e6),
            fact.revoke);
      }
      Long position = fact.revoke.position();
      if (position != null && is.atLeast() != null && is.atLeast() >= position) {
        violation(
            "S2",
            is,
            "active though position %d was asked for, and the revocation is at %d"
                .formatted(is.atLeast(), position),
            fact.revoke);
      }
    }
    int from = indexOf(credential.ends, call.completed());
    for (int i = from; i < credential.ends.length; i++) {
      Operation.Introspect before = node.firstInactive[i];
      if (before != null && before.call().completed() < call.invoked()) {
        monotonic(before, is);
        break;
      }
    }
    Operation.Introspect last = node.lastActive[from];
    if (last == null || last.call().invoked() < call.invoked()) {
      node.lastActive[from] = is;
    }
    node.lastActiveInvoked = Math.max(node.lastActiveInvoked, call.invoked());
  }

  private void wasInactive(Operation.Introspect is, OfCredential credential, OfNode node) {
    Call call = is.call();
    long end = NEVER;
    boolean caused = false;
    for (Fact fact : credential.covering) {
      if (fact.invoked < call.completed() && fact.surelyEnded >= call.invoked()) {
        caused = true;
        end = Math.min(end, fact.mayEnd);
      }
    }
    if (!caused) {
      Long ends = credential.known.ends();
      if (credential.known.call().completed() < call.invoked()
          && (ends == null || call.completed() < ends - slack)) {
        violation(
            "S5",
            is,
            "inactive, and no revocation that may cover it was invoked before",
            credential.known);
      }
      return; // not by a revocation: it binds nobody
    }
    int at = indexOf(credential.ends, end);
    for (int i = 0; i <= at; i++) {
      Operation.Introspect after = node.lastActive[i];
      if (after != null && call.completed() < after.call().invoked()) {
        monotonic(is, after);
        break;
      }
    }
    Operation.Introspect first = node.firstInactive[at];
    if (first == null || call.completed() < first.call().completed()) {
      node.firstInactive[at] = is;
    }
    node.firstInactiveCompleted = Math.min(node.firstInactiveCompleted, call.completed());
  }

  /** The first of the moments that is not before {@code moment}; the last of them is never. */
  private static int indexOf(long[] ends, long moment) {
    int i = 0;
    while (ends[i] < moment) {
      i++;
    }
    return i;
  }

  private void monotonic(Operation.Introspect before, Operation.Introspect after) {
    violation("S3", after, "active after the same node had answered inactive", before);
  }

  private void violation(
      String promise, Operation.Introspect introspect, String what, Operation other) {
    violated++;
    if (violations.size() < MAX_KEPT) {
      violations.add(
          new Violation(promise, introspect.credential(), what, List.of(other, introspect)));
    }
  }

  /** What was found in all that was taken so far. */
  public HistoryReport report() {
    Distribution lastActive = new Distribution();
    Distribution firstInactive = new Distribution();
    for (OfCredential credential : credentials.values()) {
      Fact fact = credential.measured;
      if (fact == null) {
        continue;
      }
      for (OfNode node : credential.nodes) {
        if (node != null && node.firstInactiveCompleted != NEVER) {
          firstInactive.add(Math.max(0, node.firstInactiveCompleted - fact.acked));
          if (node.lastActiveInvoked != Long.MIN_VALUE) {
            lastActive.add(Math.max(0, node.lastActiveInvoked - fact.acked));
          }
        }
      }
    }
    return new HistoryReport(
        violations,
        violated,
        new HistoryReport.Counts(
            known.size(), revoked, revokesUnknown, lifted, active, inactive, undecided, unknown),
        new HistoryReport.Staleness(lastActive, firstInactive));
  }
}
