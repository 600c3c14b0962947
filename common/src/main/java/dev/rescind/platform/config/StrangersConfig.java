package dev.rescind.platform.config;

import dev.rescind.platform.throttle.Rate;
import org.jspecify.annotations.Nullable;

/**
 * How often those of one network may fail to prove who they are.
 *
 * @param perSecond in the long run; 0: as often as they like
 * @param burst at once
 */
public record StrangersConfig(@Default("20") int perSecond, @Default("200") int burst) {
  public StrangersConfig {
    RateConfig.check(perSecond, perSecond == 0 ? null : burst);
  }

  /** The rate; null where there is none. */
  public @Nullable Rate toRate() {
    return perSecond == 0 ? null : new Rate(perSecond, burst);
  }
}
