package dev.rescind.replica;

import dev.rescind.log.Quarantine;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.RecordCodec.Decoded;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Verifies lifts at once while that is what publishers need, and a few at a time when somebody
 * forges them. A signature takes up to a millisecond to verify, a forged record nothing to write: a
 * node that holds the MAC key could otherwise keep every other from reading on. For one writer.
 */
final class LiftChecks {
  /** So many forged lifts are looked at without delay: a fifth of a second's work. */
  static final int BURST = 200;

  /** What is put off is looked at in this number at each barrier of this node. */
  static final int AT_A_BARRIER = 5;

  /** More than these are not kept, at some 400 bytes each. */
  static final int MAX_POSTPONED = 50_000;

  /** A lift that is put off, and where it was read. */
  private record Postponed(long offset, Decoded.Claimed lift) {}

  /** Told what became of lifts that were put off. */
  interface Outcome {
    void verified(long offset, Decoded decoded);
  }

  private final RecordCodec codec;
  private final Predicate<UUID> isLifted;
  private final Deque<Postponed> postponed = new ArrayDeque<>();
  private int left = BURST;
  private volatile int waiting;

  /**
   * @param isLifted whether a revocation is lifted already, so that nothing more can come of a lift
   */
  LiftChecks(RecordCodec codec, Predicate<UUID> isLifted) {
    this.codec = codec;
    this.isLifted = isLifted;
  }

  /**
   * What a lift turns out to be: itself where nothing more can come of it, null where that is put
   * off.
   */
  @Nullable Decoded check(long offset, Decoded.Claimed lift) {
    if (isLifted.test(lift.revocation())) {
      return lift;
    }
    if (left > 0 && postponed.isEmpty()) {
      return verified(lift);
    }
    if (postponed.size() >= MAX_POSTPONED) {
      return new Decoded.Quarantined(Quarantine.LIFT_NOT_VERIFIED);
    }
    postponed.add(new Postponed(offset, lift));
    waiting = postponed.size();
    return null;
  }

  private Decoded verified(Decoded.Claimed lift) {
    Decoded decoded = codec.verify(lift);
    if (decoded instanceof Decoded.Quarantined) {
      left--;
    }
    return decoded;
  }

  /** Goes on with what was put off. */
  void atBarrier(Outcome outcome) {
    left = Math.min(BURST, left + AT_A_BARRIER);
    for (int i = 0; i < AT_A_BARRIER && !postponed.isEmpty(); i++) {
      Postponed next = postponed.remove();
      Decoded.Claimed lift = next.lift();
      outcome.verified(next.offset(), isLifted.test(lift.revocation()) ? lift : verified(lift));
    }
    waiting = postponed.size();
  }

  /** How many lifts are put off. */
  int waiting() {
    return waiting;
  }
}
