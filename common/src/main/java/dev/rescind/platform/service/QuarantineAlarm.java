package dev.rescind.platform.service;

import dev.rescind.log.LogRecord;
import dev.rescind.log.Quarantine;
import dev.rescind.replica.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of records that are passed over how many they were, why, and where the last one is: at once
 * when the first comes, then once a minute for each cause, however many there are.
 */
final class QuarantineAlarm implements Replica.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(QuarantineAlarm.class);
  private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  /** What was passed over for one cause, and what of it was said. */
  private static final class Tally {
    long count;
    long last;
    long said;
    long saidAtNanos;
  }

  private final Map<Quarantine, Tally> tallies = new EnumMap<>(Quarantine.class);

  @Override
  public void applied(LogRecord record, long position) {}

  @Override
  public void quarantined(Quarantine cause, long position) {
    synchronized (tallies) {
      Tally tally = tallies.computeIfAbsent(cause, none -> new Tally());
      tally.count++;
      tally.last = position;
    }
  }

  /** Says what has not been said; to be called often. */
  void tell(long nowNanos) {
    synchronized (tallies) {
      tallies.forEach((cause, tally) -> tell(cause, tally, nowNanos));
    }
  }

  private static void tell(Quarantine cause, Tally tally, long nowNanos) {
    boolean due = tally.said == 0 || nowNanos - tally.saidAtNanos >= EVERY_NANOS;
    if (due && tally.count > tally.said) {
      LOG.warn(
          "{} records of the log were passed over ({} in all), cause {}; the last is at position {}",
          tally.count - tally.said,
          tally.count,
          cause.wireName(),
          tally.last);
      tally.said = tally.count;
      tally.saidAtNanos = nowNanos;
    }
  }

  /** A line for each cause. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    synchronized (tallies) {
      tallies.forEach(
          (cause, tally) ->
              warnings.add(
                  "%d records were passed over since the start, cause %s; the last is at position %d"
                      .formatted(tally.count, cause.wireName(), tally.last)));
    }
    return warnings;
  }
}
