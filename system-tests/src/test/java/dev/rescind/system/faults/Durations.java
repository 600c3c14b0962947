package dev.rescind.system.faults;

import java.util.Arrays;
import java.util.Locale;

/** Measured durations in nanoseconds, taken by many threads. */
final class Durations {
  private long[] values = new long[256];
  private int size;

  synchronized void add(long nanos) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = nanos;
  }

  synchronized void addAll(long[] all) {
    for (long one : all) {
      add(one);
    }
  }

  synchronized int size() {
    return size;
  }

  /** In ascending order. */
  synchronized long[] sorted() {
    long[] sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /** The value, in milliseconds, that a share of all do not exceed; 0 where there are none. */
  double millis(double share) {
    long[] sorted = sorted();
    return sorted.length == 0
        ? 0
        : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)] / 1e6;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms (of %d)",
        millis(0.5),
        millis(0.99),
        millis(0.999),
        millis(1),
        size());
  }
}
