package dev.rescind.system.timing;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Samples of one class, sorted, in nanoseconds. */
final class Latencies {
  private final long[] sorted;

  private Latencies(long[] sorted) {
    this.sorted = sorted;
  }

  static Latencies of(long... samples) {
    long[] sorted = samples.clone();
    Arrays.sort(sorted);
    return new Latencies(sorted);
  }

  int size() {
    return sorted.length;
  }

  /**
   * @param share of the samples that are no larger, 0 to 1
   */
  long quantile(double share) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
  }

  /**
   * How probably a sample of these is larger than one of those, ties counted half: the statistic of
   * Mann and Whitney by the number of pairs. 0.5 where neither is larger than the other.
   */
  double superiority(Latencies those) {
    double larger = 0;
    int below = 0;
    int notAbove = 0;
    for (long sample : sorted) {
      while (below < those.sorted.length && those.sorted[below] < sample) {
        below++;
      }
      while (notAbove < those.sorted.length && those.sorted[notAbove] <= sample) {
        notAbove++;
      }
      larger += below + (notAbove - below) / 2.0;
    }
    return larger / sorted.length / those.sorted.length;
  }

  /** The largest distance of the two distributions (Kolmogorov and Smirnov), 0 to 1. */
  double distance(Latencies those) {
    double largest = 0;
    int i = 0;
    int j = 0;
    while (i < sorted.length && j < those.sorted.length) {
      long next = Math.min(sorted[i], those.sorted[j]);
      while (i < sorted.length && sorted[i] == next) {
        i++;
      }
      while (j < those.sorted.length && those.sorted[j] == next) {
        j++;
      }
      largest =
          Math.max(
              largest, Math.abs((double) i / sorted.length - (double) j / those.sorted.length));
    }
    return largest;
  }

  /** As many samples, drawn from these with replacement. */
  Latencies redrawn(SplittableRandom random) {
    long[] drawn = new long[sorted.length];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = sorted[random.nextInt(sorted.length)];
    }
    return of(drawn);
  }
}
