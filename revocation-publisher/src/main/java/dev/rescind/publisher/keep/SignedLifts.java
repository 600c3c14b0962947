package dev.rescind.publisher.keep;

import dev.rescind.log.RecordCodec;
import dev.rescind.log.RecordCodec.Decoded;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Whether a publisher signed a lift, of twenty a second: to verify one takes up to a millisecond,
 * to forge one nothing. For one thread.
 */
final class SignedLifts implements Predicate<Decoded.Claimed> {
  static final int MAX_EACH_SECOND = 20;

  private final RecordCodec codec;
  private final LongSupplier nanoClock;
  private long secondNanos;
  private int left;

  /**
   * @param nanoClock monotonic
   */
  SignedLifts(RecordCodec codec, LongSupplier nanoClock) {
    this.codec = codec;
    this.nanoClock = nanoClock;
    this.secondNanos = nanoClock.getAsLong();
    this.left = MAX_EACH_SECOND;
  }

  @Override
  public boolean test(Decoded.Claimed lift) {
    long now = nanoClock.getAsLong();
    if (now - secondNanos >= TimeUnit.SECONDS.toNanos(1)) {
      secondNanos = now;
      left = MAX_EACH_SECOND;
    }
    if (left == 0) {
      return false;
    }
    left--;
    return codec.verify(lift) instanceof Decoded.Read;
  }
}
