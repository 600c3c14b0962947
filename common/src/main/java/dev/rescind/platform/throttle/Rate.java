package dev.rescind.platform.throttle;

/**
 * How many requests may come.
 *
 * @param perSecond in the long run, 1 to 1,000,000
 * @param burst at once, 1 to 1,000,000
 */
public record Rate(int perSecond, int burst) {
  private static final int MAX = 1_000_000;

  public Rate {
    if (perSecond < 1 || perSecond > MAX || burst < 1 || burst > MAX) {
      throw new IllegalArgumentException("a rate and a burst are 1 to 1,000,000");
    }
  }
}
