package dev.rescind.publisher.keep;

import dev.rescind.log.LogRecord;
import dev.rescind.platform.kafka.LogWriter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends again what was written over in the log: at once when it is read, or as soon as the log is
 * read to its end; each at most once a second, and a hundred at a time. Several publishers may do
 * the same: a fact twice is a fact.
 */
final class LogRepair {
  private static final Logger LOG = LoggerFactory.getLogger(LogRepair.class);
  private static final long RETRY_MILLIS = 1_000;
  private static final int BATCH = 100;

  /** Of so many keys it is remembered when they were appended last. */
  private static final int MAX_REMEMBERED = 10_000;

  private final Vertx vertx;
  private final LogWriter log;
  private final BooleanSupplier current;
  private final LongAdder repaired = new LongAdder();
  private final Map<ByteBuffer, Long> appendedNanos =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Long> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private Map<ByteBuffer, LogRecord> missing = Map.of();
  private boolean underWay;
  private long told;
  private long timer = -1;

  /**
   * @param current whether the log is read to its end: what is missing before may come yet
   */
  LogRepair(Vertx vertx, LogWriter log, BooleanSupplier current) {
    this.vertx = vertx;
    this.log = log;
    this.current = current;
  }

  /** Begins to keep whole what {@code overwritten} finds. */
  public synchronized void start(Overwritten overwritten) {
    missing = overwritten.missing();
    timer =
        vertx.setPeriodic(
            RETRY_MILLIS,
            tick -> {
              append();
              tell();
            });
  }

  /** Appends what is missing now; may be called by any thread, and returns at once. */
  public void soon() {
    if (current.getAsBoolean()) {
      vertx.runOnContext(none -> append());
    }
  }

  private synchronized void append() {
    if (underWay || missing.isEmpty() || !current.getAsBoolean()) {
      return;
    }
    long now = System.nanoTime();
    List<Future<Long>> appends = new ArrayList<>();
    for (Map.Entry<ByteBuffer, LogRecord> entry : missing.entrySet()) {
      Long before = appendedNanos.get(entry.getKey());
      if (before == null || now - before >= TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS)) {
        appendedNanos.remove(entry.getKey());
        appendedNanos.put(entry.getKey(), now);
        appends.add(log.append(entry.getValue()).onSuccess(position -> repaired.increment()));
      }
      if (appends.size() == BATCH) {
        break;
      }
    }
    if (!appends.isEmpty()) {
      underWay = true;
      Future.join(appends).onComplete(done -> over(done.succeeded()));
    }
  }

  private void over(boolean succeeded) {
    synchronized (this) {
      underWay = false;
    }
    if (succeeded) {
      append(); // more may be missing; what fails waits for the next tick
    }
  }

  private synchronized void tell() {
    long now = repaired.sum();
    if (now > told) {
      LOG.warn(
          "{} revocations or lifts had been erased or written over in the log, and were appended"
              + " again: somebody writes to it who must not",
          now - told);
      told = now;
    }
  }

  /** How many records were appended again. */
  public long repaired() {
    return repaired.sum();
  }

  public synchronized void stop() {
    vertx.cancelTimer(timer);
    missing = Map.of();
  }
}
