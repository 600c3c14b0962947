package dev.rescind.platform.grid;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How many of what lasts for a time there are now, up to a limit; by the second. */
final class RollingCount {
  private static final long SECOND = 1_000_000_000L;

  private final int max;
  private final LongSupplier nanoClock;
  private final long began;
  private final int[] ending; // by the second in which they end, modulo the length
  private long now; // in seconds since it began
  private int count;

  RollingCount(int max, Duration longest, LongSupplier nanoClock) {
    this.max = max;
    this.nanoClock = nanoClock;
    this.began = nanoClock.getAsLong();
    this.ending = new int[Math.toIntExact(longest.toSeconds()) + 3];
  }

  /** Counts one more; false, and it is not counted, where there are as many as there may be. */
  synchronized boolean add(Duration lasting) {
    long second = (nanoClock.getAsLong() - began) / SECOND;
    for (int passed = 0; now < second && passed < ending.length; passed++) {
      int slot = (int) (now % ending.length);
      count -= ending[slot];
      ending[slot] = 0;
      now++;
    }
    now = Math.max(now, second);
    if (count >= max) {
      return false;
    }
    ending[(int) ((now + lasting.toSeconds() + 1) % ending.length)]++;
    count++;
    return true;
  }
}
