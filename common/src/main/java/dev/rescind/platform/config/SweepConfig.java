package dev.rescind.platform.config;

import java.time.Duration;

/**
 * When facts that can decide nothing any more are forgotten.
 *
 * @param margin how long they must have been over: what clocks may be wrong by, with room
 * @param interval how often is looked for them
 */
public record SweepConfig(@Default("1d") Duration margin, @Default("10m") Duration interval) {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST_MARGIN = Duration.ofDays(365);
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

  public SweepConfig {
    new Check()
        .that(isBetween(margin, LONGEST_MARGIN), "margin", "must be 1s to 365d")
        .that(isBetween(interval, LONGEST_INTERVAL), "interval", "must be 1s to 1d")
        .done();
  }

  private static boolean isBetween(Duration given, Duration longest) {
    return given.compareTo(SHORTEST) >= 0 && given.compareTo(longest) <= 0;
  }
}
