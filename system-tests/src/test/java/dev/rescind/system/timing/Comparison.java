package dev.rescind.system.timing;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Two classes of latencies compared.
 *
 * @param superiority of the first over the second ({@link Latencies#superiority})
 * @param low where its interval of 95 % begins, by the bootstrap's percentiles
 * @param high where that ends
 * @param distance of the distributions ({@link Latencies#distance})
 * @param medians the first's less the second's, in nanoseconds
 */
record Comparison(double superiority, double low, double high, double distance, long medians) {
  static Comparison of(Latencies first, Latencies second, int redraws, SplittableRandom random) {
    double[] drawn = new double[redraws];
    for (int i = 0; i < redraws; i++) {
      drawn[i] = first.redrawn(random).superiority(second.redrawn(random));
    }
    Arrays.sort(drawn);
    return new Comparison(
        first.superiority(second),
        drawn[(int) (0.025 * redraws)],
        drawn[(int) (0.975 * redraws)],
        first.distance(second),
        first.quantile(0.5) - second.quantile(0.5));
  }

  /** Whether the interval leaves out that neither is larger. */
  boolean tellsApart() {
    return low > 0.5 || high < 0.5;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.4f [%.4f, %.4f] | %.4f | %+.1f",
        superiority,
        low,
        high,
        distance,
        medians / 1_000.0);
  }
}
