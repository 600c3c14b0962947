package dev.rescind.freshness;

import java.time.Duration;

/** B: how old the proof of a node's freshness may be while the node still answers. */
public record StalenessBound(long nanos) {
  public static final Duration MIN = Duration.ofMillis(250);
  public static final Duration MAX = Duration.ofSeconds(60);
  public static final Duration DEFAULT = Duration.ofSeconds(2);

  public static StalenessBound of(Duration bound) {
    if (bound.compareTo(MIN) < 0 || bound.compareTo(MAX) > 0) {
      throw new IllegalArgumentException("the staleness bound is from 250 ms to 60 s");
    }
    return new StalenessBound(bound.toNanos());
  }

  /**
   * How often to write a barrier: ten within the bound, so that one lost or late one is no news.
   */
  public long barrierPeriodMillis() {
    return nanos / 10_000_000;
  }

  public Duration toDuration() {
    return Duration.ofNanos(nanos);
  }
}
