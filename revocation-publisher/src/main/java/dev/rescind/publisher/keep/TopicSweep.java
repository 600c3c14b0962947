package dev.rescind.publisher.keep;

import dev.rescind.log.LogRecord;
import dev.rescind.log.RecordCodec;
import dev.rescind.platform.kafka.LogWriter;
import dev.rescind.publisher.revoke.RevocationRegister;
import dev.rescind.replica.SweepClock;
import dev.rescind.revocation.Revocation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes out of the log what has been over for a margin: the lift of a revocation first, so that one
 * that is stopped between the two leaves a revocation that the next sweep finds. Any number of
 * publishers may do it; a tombstone twice is a tombstone. The lift of a repeatable revocation
 * stays: nodes keep lifted ids for good, and its id could be taken again.
 */
final class TopicSweep {
  private static final Logger LOG = LoggerFactory.getLogger(TopicSweep.class);
  private static final long LOOK_MILLIS = 1_000;

  /** No more are looked for at a time, and so many are written, every tenth of a second. */
  private static final int MAX_FOUND = 10_000;

  private static final int BATCH = 100;
  private static final long PAUSE_MILLIS = 100;

  /**
   * When to sweep.
   *
   * @param current whether this publisher has read the log to its end
   */
  public record Schedule(
      SweepClock over, Duration interval, InstantSource wall, BooleanSupplier current) {}

  private final Vertx vertx;
  private final RevocationRegister register;
  private final LogWriter log;
  private final Schedule schedule;
  private final LongAdder tombstones = new LongAdder();
  private boolean underWay;
  private long nextNanos;
  private long timer = -1;

  TopicSweep(Vertx vertx, RevocationRegister register, LogWriter log, Schedule schedule) {
    this.vertx = vertx;
    this.register = register;
    this.log = log;
    this.schedule = schedule;
  }

  public synchronized void start() {
    // Publishers that start together do not sweep together.
    nextNanos =
        System.nanoTime() + ThreadLocalRandom.current().nextLong(schedule.interval().toNanos());
    timer = vertx.setPeriodic(LOOK_MILLIS, tick -> look());
  }

  private synchronized void look() {
    long now = System.nanoTime();
    long before = schedule.over().look(now, schedule.wall().millis());
    if (underWay
        || now - nextNanos < 0
        || before == SweepClock.NEVER
        || !schedule.current().getAsBoolean()) {
      return;
    }
    underWay = true;
    nextNanos = now + schedule.interval().toNanos();
    vertx
        .executeBlocking(() -> register.over(before, MAX_FOUND), false)
        .compose(ids -> erase(ids, 0, before))
        .onComplete(
            done -> {
              if (done.failed()) {
                LOG.info("The sweep of the log goes on later: {}", String.valueOf(done.cause()));
              } else if (done.result() > 0) {
                LOG.info("{} revocations that are over were taken out of the log", done.result());
              }
              synchronized (this) {
                underWay = false;
              }
            });
  }

  /** Writes tombstones from one place of a list on; returns for how many revocations. */
  private Future<Integer> erase(List<UUID> ids, int from, long before) {
    if (from >= ids.size()) {
      return Future.succeededFuture(0);
    }
    int to = Math.min(ids.size(), from + BATCH);
    List<Future<Long>> erased = new ArrayList<>();
    int count = 0;
    for (UUID id : ids.subList(from, to)) {
      // Another publisher may have been here.
      if (register.isOver(id, before)) {
        count++;
        for (byte[] key : keys(id)) {
          erased.add(log.erase(key).onSuccess(position -> tombstones.increment()));
        }
      }
    }
    int done = count;
    return Future.all(erased)
        .compose(
            all -> to < ids.size() ? vertx.timer(PAUSE_MILLIS) : Future.<Void>succeededFuture())
        .compose(pause -> erase(ids, to, before))
        .map(more -> done + more);
  }

  /** The keys under which the log holds what concerns a revocation, in the order to erase them. */
  private List<byte[]> keys(UUID id) {
    List<byte[]> keys = new ArrayList<>();
    register.lift(id).ifPresent(lift -> keys.add(RecordCodec.keyOf(new LogRecord.Lifted(lift))));
    for (Revocation revocation : register.facts(id)) {
      keys.add(RecordCodec.keyOf(new LogRecord.Revoked(revocation)));
    }
    return keys;
  }

  /** How many tombstones were written. */
  public long tombstones() {
    return tombstones.sum();
  }

  public synchronized void stop() {
    vertx.cancelTimer(timer);
  }
}
