package dev.rescind.platform.config;

import java.time.Duration;

/**
 * When the files of the configuration are looked at again.
 *
 * @param interval how often; what has changed is loaded once it stays the same from one look to the
 *     next
 */
public record ReloadConfig(@Default("5s") Duration interval) {
  public ReloadConfig {
    new Check()
        .that(
            interval.compareTo(Duration.ofMillis(100)) >= 0
                && interval.compareTo(Duration.ofDays(1)) <= 0,
            "interval",
            "must be 100ms to 1d")
        .done();
  }
}
