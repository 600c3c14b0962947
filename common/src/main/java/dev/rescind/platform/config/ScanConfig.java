package dev.rescind.platform.config;

import java.time.Duration;

/**
 * When a caller seems to be trying tokens, and what then.
 *
 * @param window of time whose answers are looked at together
 * @param minRequests of fewer answers in a window nothing is said
 * @param maxInactivePercent of the answers may say that there is no such token
 * @param action that follows
 */
public record ScanConfig(
    @Default("1m") Duration window,
    @Default("200") int minRequests,
    @Default("50") int maxInactivePercent,
    @Default("alarm") String action) {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  public ScanConfig {
    new Check()
        .that(
            window.compareTo(SHORTEST) >= 0 && window.compareTo(LONGEST) <= 0,
            "window",
            "must be 1s to 1d")
        .that(
            minRequests >= 1 && minRequests <= 1_000_000_000,
            "min_requests",
            "must be 1 to 1,000,000,000")
        .that(
            maxInactivePercent >= 1 && maxInactivePercent <= 100,
            "max_inactive_percent",
            "must be 1 to 100")
        .that(
            action.equals("alarm") || action.equals("throttle"),
            "action",
            "must be alarm or throttle")
        .done();
  }

  /** Whether the caller is sent away meanwhile. */
  public boolean throttles() {
    return action.equals("throttle");
  }
}
