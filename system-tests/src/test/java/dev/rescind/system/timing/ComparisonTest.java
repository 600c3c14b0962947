package dev.rescind.system.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ComparisonTest {
  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  private static Latencies drawn(int samples, long more) {
    return Latencies.of(
        LongStream.generate(() -> 100_000 + RANDOM.nextLong(20_000) + more)
            .limit(samples)
            .toArray());
  }

  @Test
  void countsPairs_andTiesHalf() {
    assertThat(Latencies.of(1, 2, 3).superiority(Latencies.of(1, 2, 3))).isEqualTo(0.5);
    assertThat(Latencies.of(4, 5).superiority(Latencies.of(1, 2, 3))).isEqualTo(1);
    assertThat(Latencies.of(1, 2, 3).superiority(Latencies.of(4, 5))).isZero();
    assertThat(Latencies.of(3, 1).superiority(Latencies.of(2, 1))).isEqualTo((0.5 + 0 + 1 + 1) / 4);
  }

  @Test
  void theDistanceIsThatOfTheDistributions() {
    assertThat(Latencies.of(1, 2).distance(Latencies.of(1, 2))).isZero();
    assertThat(Latencies.of(1, 2).distance(Latencies.of(3, 4, 5))).isEqualTo(1);
    assertThat(Latencies.of(1, 2, 3, 4).distance(Latencies.of(3, 4, 5, 6))).isEqualTo(0.5);
  }

  @Test
  void namesQuantiles() {
    Latencies latencies = Latencies.of(5, 1, 4, 2, 3);

    assertThat(latencies.quantile(0)).isEqualTo(1);
    assertThat(latencies.quantile(0.5)).isEqualTo(3);
    assertThat(latencies.quantile(1)).isEqualTo(5);
  }

  @Test
  void tellsApartWhatIsDrawnOtherwise_andNotWhatIsDrawnAlike() {
    Comparison alike =
        Comparison.of(drawn(5_000, 0), drawn(5_000, 0), 100, new SplittableRandom(2));
    Comparison slower =
        Comparison.of(drawn(5_000, 1_000), drawn(5_000, 0), 100, new SplittableRandom(2));

    assertThat(alike.superiority()).isCloseTo(0.5, within(0.02));
    assertThat(alike.low()).isLessThan(alike.high());
    assertThat(slower.tellsApart()).isTrue();
    assertThat(slower.superiority()).isGreaterThan(0.53);
    assertThat(slower.medians()).isCloseTo(1_000, within(800L));
  }
}
