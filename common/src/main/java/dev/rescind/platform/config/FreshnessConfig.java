package dev.rescind.platform.config;

import dev.rescind.freshness.StalenessBound;
import java.time.Duration;

/**
 * How sure a node must be.
 *
 * @param stalenessBound how old the proof may be that the node is up to date
 */
public record FreshnessConfig(@Default("2s") Duration stalenessBound) {
  public FreshnessConfig {
    new Check()
        .that(
            stalenessBound.compareTo(StalenessBound.MIN) >= 0
                && stalenessBound.compareTo(StalenessBound.MAX) <= 0,
            "staleness_bound",
            "must be 250ms to 60s")
        .done();
  }

  public StalenessBound bound() {
    return StalenessBound.of(stalenessBound);
  }
}
