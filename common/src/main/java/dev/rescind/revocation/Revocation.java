package dev.rescind.revocation;

import dev.rescind.credential.Fingerprint;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The fact that a target was revoked.
 *
 * @param id the fact's own id, and the key under which the log keeps it
 * @param until the end that a suspension names, or null: in force until lifted
 * @param acceptedAt when the publisher took it, to the millisecond
 * @param expires when the last credential that it can cover is over, where that is known: from then
 *     on it decides nothing
 */
public record Revocation(
    UUID id,
    Target target,
    Cutoff cutoff,
    @Nullable Instant until,
    Instant acceptedAt,
    @Nullable Instant expires,
    Circumstances circumstances) {

  /**
   * Who revoked and why; the index has no use for it.
   *
   * @param request digest of the request that an {@code Idempotency-Key} made repeatable
   * @param confirm whether nodes write a barrier as soon as they have applied the fact
   */
  public record Circumstances(
      String actor, @Nullable String reason, @Nullable Fingerprint request, boolean confirm) {}

  public boolean inForce(long nowMillis) {
    return until == null || nowMillis < until.toEpochMilli();
  }

  /** Whether it can decide nothing any more, since before a time; what has no end never is. */
  public boolean isOver(long beforeMillis) {
    return isBefore(until, beforeMillis) || isBefore(expires, beforeMillis);
  }

  private static boolean isBefore(@Nullable Instant end, long millis) {
    return end != null && end.toEpochMilli() < millis;
  }
}
