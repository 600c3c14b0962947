package dev.rescind.platform.http;

import java.util.concurrent.ThreadLocalRandom;

/**
 * What every 503 says: come back in one to three seconds. Drawn for each answer, so that those who
 * were sent away at once do not come back at once; whole seconds, as RFC 9110 section 10.2.3 has
 * them.
 */
public final class RetryAfter {
  private static final int LONGEST = 3;

  private RetryAfter() {}

  public static String seconds() {
    return Integer.toString(ThreadLocalRandom.current().nextInt(1, LONGEST + 1));
  }
}
