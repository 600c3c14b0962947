package dev.rescind.freshness;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a node can prove of its own freshness. Times are of a monotonic clock, in nanoseconds, and
 * are passed in. Safe for use by many threads.
 */
public final class Freshness {
  /** More barriers than this are never under way: the oldest are given up. */
  static final int MAX_PENDING = 256;

  private static final long NEVER = Long.MIN_VALUE;

  private final UUID incarnation;
  private final Map<Long, Long> writtenAt = new ConcurrentHashMap<>();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong provenAt = new AtomicLong(NEVER);

  public Freshness(UUID incarnation) {
    this.incarnation = incarnation;
  }

  public UUID incarnation() {
    return incarnation;
  }

  /** Takes note of a barrier that is about to be sent and returns its sequence number. */
  public long writing(long nowNanos) {
    long next = sequence.incrementAndGet();
    writtenAt.put(next, nowNanos);
    writtenAt.remove(next - MAX_PENDING);
    return next;
  }

  /**
   * Takes note that a barrier was read from the log, all before it having been applied. Returns
   * whether it was one of this node's own that were under way.
   */
  public boolean readBack(Barrier barrier) {
    if (!barrier.incarnation().equals(incarnation)) {
      return false;
    }
    Long written = writtenAt.remove(barrier.sequence());
    if (written == null) {
      return false;
    }
    provenAt.accumulateAndGet(
        written, (old, candidate) -> old == NEVER || candidate - old > 0 ? candidate : old);
    return true;
  }

  /** Gives up every proof: what was read can no longer be trusted. */
  public void distrust() {
    writtenAt.clear();
    provenAt.set(NEVER);
  }

  /** Whether any barrier was ever proven, since the last {@link #distrust}. */
  public boolean isProven() {
    return provenAt.get() != NEVER;
  }

  /** Now minus the moment the last proven barrier was written, or {@link Long#MAX_VALUE}. */
  public long stalenessNanos(long nowNanos) {
    long proven = provenAt.get();
    return proven == NEVER ? Long.MAX_VALUE : Math.max(0, nowNanos - proven);
  }
}
