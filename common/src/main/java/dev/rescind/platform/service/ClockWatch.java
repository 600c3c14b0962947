package dev.rescind.platform.service;

import dev.rescind.log.LogRecord;
import dev.rescind.replica.Replica;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By how much the node's own clock is ahead of the log's, as of the last barrier that was read
 * while the node was fresh; more than five seconds are told, once a minute.
 */
final class ClockWatch implements Replica.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);
  private static final long LIMIT_MILLIS = 5_000;
  private static final long TELL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Replica replica;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private volatile long offsetMillis;
  private volatile boolean apart;
  private long toldNanos;

  /**
   * @param nanoClock monotonic
   */
  ClockWatch(Replica replica, InstantSource clock, LongSupplier nanoClock) {
    this.replica = replica;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  @Override
  public void applied(LogRecord record, long position) {
    if (!(record instanceof LogRecord.BarrierWritten)) {
      return;
    }
    long nowNanos = nanoClock.getAsLong();
    if (!replica.isFresh(nowNanos)) {
      return;
    }
    // What is read now was written after the barrier that proved the freshness: the record is at
    // most so old, and by so much at most does the node's clock only seem to be ahead.
    long ageMillis = TimeUnit.NANOSECONDS.toMillis(replica.stalenessNanos(nowNanos));
    long offset = clock.millis() - replica.logTimeMillis();
    offsetMillis = offset > 0 ? Math.max(0, offset - ageMillis) : offset;
    tell(nowNanos);
  }

  private void tell(long nowNanos) {
    boolean now = Math.abs(offsetMillis) > LIMIT_MILLIS;
    if (now && (!apart || nowNanos - toldNanos >= TELL_NANOS)) {
      toldNanos = nowNanos;
      LOG.warn(
          "This node's clock and the log's are {} ms apart: set the clock of this node or of the"
              + " broker right",
          offsetMillis);
    } else if (apart && !now) {
      LOG.info("This node's clock and the log's agree again");
    }
    apart = now;
  }

  /** Own minus log time, in seconds; 0 before the node was fresh. */
  double offsetSeconds() {
    return offsetMillis / 1_000.0;
  }

  /** Whether they are so far apart that it is told. */
  boolean isApart() {
    return apart;
  }
}
