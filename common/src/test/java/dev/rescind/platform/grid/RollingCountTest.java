package dev.rescind.platform.grid;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RollingCountTest {
  private long seconds = 5_000_000;
  private final RollingCount count =
      new RollingCount(3, Duration.ofSeconds(10), () -> seconds * 1_000_000_000L);

  private boolean add(int lasting) {
    return count.add(Duration.ofSeconds(lasting));
  }

  @Test
  void countsUpToTheLimit_andAgainOnceWhatWasCountedIsOver() {
    assertThat(add(5) && add(5) && add(10)).isTrue();
    assertThat(add(1)).isFalse();

    seconds += 5;
    assertThat(add(1)).isFalse();
    seconds += 2;
    assertThat(add(1) && add(1)).isTrue();
    assertThat(add(1)).isFalse();
  }

  @Test
  void forgetsAll_whenNothingCameForLong() {
    assertThat(add(1) && add(10) && add(10)).isTrue();
    seconds += 1_000_000;

    assertThat(add(10) && add(10) && add(10)).isTrue();
    assertThat(add(10)).isFalse();
  }
}
