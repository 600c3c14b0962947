package dev.rescind.replica;

import dev.rescind.revocation.RevocationIndex;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Drops from a view's index what has been over for a while: in passes, and each in steps of some
 * milliseconds, so that the feed does not wait for it. To be called by the one writer only.
 */
public final class IndexSweep {
  private static final long STEP_NANOS = 5_000_000;

  private final Replica replica;
  private final SweepClock clock;
  private final long intervalNanos;
  private final InstantSource wall;
  private final LongSupplier nanoClock;
  private final LongAdder swept = new LongAdder();
  private long before = SweepClock.NEVER;
  private int part = RevocationIndex.PARTS;
  private long passNanos;
  private int dropped;

  /**
   * @param interval from the beginning of a pass to that of the next
   * @param nanoClock monotonic
   */
  public IndexSweep(
      Replica replica,
      SweepClock clock,
      Duration interval,
      InstantSource wall,
      LongSupplier nanoClock) {
    this.replica = replica;
    this.clock = clock;
    this.intervalNanos = interval.toNanos();
    this.wall = wall;
    this.nanoClock = nanoClock;
    this.passNanos = nanoClock.getAsLong() - intervalNanos;
  }

  /**
   * Goes on with the pass that is under way, or begins one when it is time. Returns how many
   * entries a pass dropped that ends with this step; else 0.
   */
  public int step() {
    long now = nanoClock.getAsLong();
    long over = clock.look(now, wall.millis());
    if (part == RevocationIndex.PARTS) {
      if (over == SweepClock.NEVER || now - passNanos < intervalNanos) {
        return 0;
      }
      before = over;
      part = 0;
      passNanos = now;
      dropped = 0;
    } else if (over == SweepClock.NEVER) {
      part = RevocationIndex.PARTS; // a clock jumped in the middle: the rest has time
      return dropped;
    }
    do {
      int gone = replica.index().sweep(before, part++);
      dropped += gone;
      swept.add(gone);
    } while (part < RevocationIndex.PARTS && nanoClock.getAsLong() - now < STEP_NANOS);
    return part == RevocationIndex.PARTS ? dropped : 0;
  }

  /** How many entries were dropped in all. */
  public long swept() {
    return swept.sum();
  }
}
