package dev.rescind.platform.grid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RollingCountTest {
  private long seconds = 5_000_000;
  private final RollingCount count =
      new RollingCount(3, Duration.ofSeconds(10), () -> seconds * 1_000_000_000L);

  /** Whether all of these were counted. */
  private boolean add(int... lasting) {
    boolean all = true;
    for (int seconds : lasting) {
      all &= count.add(Duration.ofSeconds(seconds));
    }
    return all;
  }

  @Test
  void countsUpToTheLimit_andAgainOnceWhatWasCountedIsOver() {
    assertThat(add(5, 5, 10)).isTrue();
    assertThat(add(1)).isFalse();

    seconds += 5;
    assertThat(add(1)).isFalse();
    seconds += 2;
    assertThat(add(1, 1)).isTrue();
    assertThat(add(1)).isFalse();
  }

  @Test
  void forgetsAll_whenNothingCameForLong() {
    assertThat(add(1, 10, 10)).isTrue();
    seconds += 1_000_000;

    assertThat(add(10, 10, 10)).isTrue();
    assertThat(add(10)).isFalse();
  }
}
