package dev.rescind.freshness;

import java.time.Duration;

/**
 * Whether a wall clock goes as evenly as the monotonic one. After a jump, forward or back, it is
 * not trusted until it has gone evenly for a while. Times are passed in; to be looked at every few
 * seconds, by one thread.
 */
public final class SteadyClock {
  /** The largest step of a clock that is being set right little by little. */
  static final Duration MAX_STEP = Duration.ofSeconds(5);

  static final Duration TRUSTED_AFTER = Duration.ofMinutes(10);

  /** Against an anchor many small steps are a jump too; it is cast anew this often. */
  private static final Duration ANCHORED_FOR = Duration.ofHours(1);

  /** A clock that is slewed goes at most half as wrong as this. */
  private static final long DRIFT_DIVISOR = 1_000;

  private boolean anchored;
  private long anchorNanos;
  private long anchorMillis;
  private boolean jumped;
  private long jumpedNanos;

  /** Takes note of both clocks, and returns whether the wall clock can be trusted. */
  public boolean look(long nowNanos, long wallMillis) {
    if (!anchored) {
      castAnchor(nowNanos, wallMillis);
    }
    long elapsedMillis = (nowNanos - anchorNanos) / 1_000_000;
    long step = Math.abs(wallMillis - anchorMillis - elapsedMillis);
    if (step > MAX_STEP.toMillis() + elapsedMillis / DRIFT_DIVISOR) {
      jumped = true;
      jumpedNanos = nowNanos;
      castAnchor(nowNanos, wallMillis);
    } else if (elapsedMillis >= ANCHORED_FOR.toMillis()) {
      castAnchor(nowNanos, wallMillis);
    }
    jumped = jumped && nowNanos - jumpedNanos < TRUSTED_AFTER.toNanos();
    return !jumped;
  }

  private void castAnchor(long nowNanos, long wallMillis) {
    anchored = true;
    anchorNanos = nowNanos;
    anchorMillis = wallMillis;
  }
}
