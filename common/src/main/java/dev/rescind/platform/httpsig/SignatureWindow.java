package dev.rescind.platform.httpsig;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a signature counts.
 *
 * @param back so long after {@code created}
 * @param ahead so much may {@code created} be in the future, for clocks differ
 */
public record SignatureWindow(Duration back, Duration ahead) {
  public static final SignatureWindow DEFAULT =
      new SignatureWindow(Duration.ofSeconds(60), Duration.ofSeconds(5));

  boolean holds(long created, @Nullable Long expires, Instant now) {
    long second = now.getEpochSecond();
    return created >= second - back.toSeconds()
        && created <= second + ahead.toSeconds()
        && (expires == null || (expires > created && second < expires));
  }

  /** Until when a nonce is to be remembered, by any clock that is in time. */
  Instant end(long created) {
    return Instant.ofEpochSecond(created).plus(back).plus(ahead).plusSeconds(1);
  }
}
