package dev.rescind.replica;

import dev.rescind.freshness.SteadyClock;
import java.time.Duration;

/**
 * Before what time a fact must have been over to be forgotten: a margin before the earlier of two
 * clocks, and nothing while the node's own jumps. Times are passed in; for one thread.
 */
public final class SweepClock {
  /** Nothing is over before it. */
  public static final long NEVER = Long.MIN_VALUE;

  private final Replica replica;
  private final long marginMillis;
  private final SteadyClock steady = new SteadyClock();

  public SweepClock(Replica replica, Duration margin) {
    this.replica = replica;
    this.marginMillis = margin.toMillis();
  }

  /**
   * Looks at the clocks, as it must every few seconds, and returns that time in milliseconds since
   * the epoch, or {@link #NEVER}.
   */
  public long look(long nowNanos, long ownMillis) {
    boolean trusted = steady.look(nowNanos, ownMillis);
    long earlier = replica.earlierMillis(ownMillis);
    return trusted && earlier > marginMillis ? earlier - marginMillis : NEVER;
  }
}
