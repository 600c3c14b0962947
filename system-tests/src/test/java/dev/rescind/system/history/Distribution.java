package dev.rescind.system.history;

import java.util.Arrays;
import java.util.Locale;

/** Observed durations, in nanoseconds. */
public final class Distribution {
  private long[] values = new long[64];
  private int size;
  private boolean sorted = true;

  void add(long nanos) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = nanos;
    sorted = false;
  }

  public int size() {
    return size;
  }

  /**
   * The value that a share of all do not exceed; 0 where there are none.
   *
   * @param share from 0 to 1
   */
  public long quantile(double share) {
    if (size == 0) {
      return 0;
    }
    if (!sorted) {
      Arrays.sort(values, 0, size);
      sorted = true;
    }
    return values[Math.max(0, (int) Math.ceil(share * size) - 1)];
  }

  public long max() {
    return quantile(1);
  }

  /** All values in ascending order. */
  public long[] toArray() {
    quantile(1);
    return Arrays.copyOf(values, size);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms (of %d)",
        quantile(0.5) / 1e6,
        quantile(0.99) / 1e6,
        quantile(0.999) / 1e6,
        max() / 1e6,
        size);
  }
}
