package dev.rescind.platform.throttle;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets requests through at a rate: in any time <i>t</i> at most {@code burst + rate * t}, and every
 * one that keeps to that. Needs no lock, and no memory but its own.
 *
 * <p>What it keeps is one moment, that at which it is full again (the generic cell rate algorithm
 * of ITU-T I.371): each request moves it on by the time in which one may come. It is counted in
 * picoseconds, so that a rate is off by less than a millionth; differences wrap as {@link
 * System#nanoTime} does.
 */
public final class TokenBucket {
  private static final long PICOS_A_SECOND = 1_000_000_000_000L;
  private static final long PICOS_A_NANO = 1_000;

  /** By more than this no two threads' readings of the clock differ. */
  private static final long SLACK = 60 * PICOS_A_SECOND;

  private final long interval;
  private final long depth;
  private final AtomicLong fullAt;

  /**
   * @param nowNanos monotonic, as {@link System#nanoTime}: the bucket is full then
   */
  public TokenBucket(Rate rate, long nowNanos) {
    interval = (PICOS_A_SECOND + rate.perSecond() - 1) / rate.perSecond();
    depth = interval * rate.burst();
    fullAt = new AtomicLong(nowNanos * PICOS_A_NANO);
  }

  /**
   * Lets one request through, or says how long there is none for it.
   *
   * @return 0 where it may come in; otherwise nanoseconds until one may
   */
  public long tryTake(long nowNanos) {
    long now = nowNanos * PICOS_A_NANO;
    while (true) {
      long before = fullAt.get();
      long next = missing(before, now) + interval;
      if (next > depth) {
        return (next - depth + PICOS_A_NANO - 1) / PICOS_A_NANO;
      }
      if (fullAt.compareAndSet(before, now + next)) {
        return 0;
      }
    }
  }

  /** What {@link #tryTake} would say, without taking anything. */
  public long peek(long nowNanos) {
    long next = missing(fullAt.get(), nowNanos * PICOS_A_NANO) + interval;
    return next > depth ? (next - depth + PICOS_A_NANO - 1) / PICOS_A_NANO : 0;
  }

  /** How far from full it is; after more than a hundred days without a request, not at all. */
  private long missing(long full, long now) {
    long ahead = full - now;
    return ahead < 0 || ahead > depth + SLACK ? 0 : ahead;
  }
}
