package dev.rescind.platform.http;

import java.util.concurrent.ThreadLocalRandom;

/**
 * What every 503 says: come back in one to three seconds; and every 429, where it may be more.
 * Drawn for each answer, so that those who were sent away at once do not come back at once; whole
 * seconds, as RFC 9110 section 10.2.3 has them.
 */
public final class RetryAfter {
  private static final int LONGEST = 3;

  private RetryAfter() {}

  public static String seconds() {
    return Long.toString(drawn(1));
  }

  /** For who may not come back before some time has passed. */
  public static String after(long nanos) {
    return Long.toString(drawn(Math.max(1, (nanos + 999_999_999) / 1_000_000_000)));
  }

  private static long drawn(long least) {
    return ThreadLocalRandom.current().nextLong(least, least + LONGEST);
  }
}
