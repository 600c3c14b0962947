package dev.rescind.introspector.decide;

import dev.rescind.replica.Replica;

/** Decides on known credentials by what this node has read of the log. */
public final class Decider {
  private final Replica replica;

  public Decider(Replica replica) {
    this.replica = replica;
  }

  /**
   * Decides. Staleness is read before the index is searched: a pause between the two can then only
   * make the index newer than what the staleness vouches for. The other order answered wrongly in
   * 2,652 of 19.5 million modelled requests.
   *
   * @param nowNanos monotonic, read after the question arrived
   */
  public Verdict decide(Known known, Viewer viewer, long nowNanos, long nowMillis) {
    long staleness = replica.stalenessNanos(nowNanos);
    return answers(staleness, viewer)
        ? stated(staleness, judge(known, viewer, nowMillis))
        : new Verdict.Undecided("stale");
  }

  /** Decides on what is no known credential. */
  public Verdict none(Verdict.Cause cause, Viewer viewer, long nowNanos) {
    long staleness = replica.stalenessNanos(nowNanos);
    return answers(staleness, viewer)
        ? stated(staleness, new Verdict.Inactive(cause))
        : new Verdict.Undecided("stale");
  }

  /** Only age is forgiven, and only by who said so: never that a view is known to be wrong. */
  private boolean answers(long stalenessNanos, Viewer viewer) {
    return stalenessNanos <= replica.bound().nanos() || (viewer.takesStale() && replica.isSound());
  }

  private Verdict stated(long stalenessNanos, Verdict found) {
    return stalenessNanos <= replica.bound().nanos()
        ? found
        : new Verdict.Stale(found, stalenessNanos / 1_000_000);
  }

  private Verdict judge(Known known, Viewer viewer, long nowMillis) {
    if (!known
        .credential()
        .validity()
        .includes(Math.floorDiv(nowMillis, 1_000L), known.skewSeconds())) {
      return new Verdict.Inactive(Verdict.Cause.NOT_NOW);
    }
    if (!viewer.sees(known.credential())) {
      return new Verdict.Inactive(Verdict.Cause.NOT_FOR_CALLER);
    }
    // A suspension is over when this node's clock and the log's say so: neither alone, when it is
    // set wrongly, brings back what is suspended.
    long overMillis = replica.earlierMillis(nowMillis);
    if (replica.index().covers(known.keys(), known.credential().validity().iat(), overMillis)) {
      return new Verdict.Inactive(Verdict.Cause.REVOKED);
    }
    return new Verdict.Active(known);
  }
}
