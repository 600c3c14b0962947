package dev.rescind.platform.config;

import dev.rescind.platform.throttle.Rate;
import org.jspecify.annotations.Nullable;

/**
 * How many requests may come.
 *
 * @param perSecond in the long run; 0: as many as like
 * @param burst at once; absent: as many as in a second
 */
public record RateConfig(@Default("0") int perSecond, @Nullable Integer burst) {
  private static final int MAX = 1_000_000;

  public RateConfig {
    check(perSecond, burst);
  }

  static void check(int perSecond, @Nullable Integer burst) {
    new Check()
        .that(perSecond >= 0 && perSecond <= MAX, "per_second", "must be 0 to 1,000,000")
        .that(burst == null || (burst >= 1 && burst <= MAX), "burst", "must be 1 to 1,000,000")
        .that(burst == null || perSecond != 0, "burst", "needs a per_second")
        .done();
  }

  /** The rate; null where there is none. */
  public @Nullable Rate toRate() {
    return perSecond == 0 ? null : new Rate(perSecond, burst == null ? perSecond : burst);
  }
}
