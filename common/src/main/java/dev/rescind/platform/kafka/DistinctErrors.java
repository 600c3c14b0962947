package dev.rescind.platform.kafka;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Logs an error when it is another than the one before, and otherwise counts it. */
final class DistinctErrors {
  private final Logger log;
  private final String what;
  private final AtomicLong count = new AtomicLong();
  private volatile String last = "";

  DistinctErrors(Logger log, String what) {
    this.log = log;
    this.what = what;
  }

  void happened(Throwable error) {
    count.incrementAndGet();
    String cause = error.getClass().getSimpleName() + ": " + error.getMessage();
    if (!cause.equals(last)) {
      last = cause;
      log.warn("{} failed ({} times so far): {}", what, count.get(), cause);
    }
  }

  void over() {
    if (!last.isEmpty()) {
      last = "";
      log.info("{} works again, after {} failures in all", what, count.get());
    }
  }

  /** The last one; null where it is over. */
  @Nullable String last() {
    String now = last;
    return now.isEmpty() ? null : now;
  }

  long count() {
    return count.get();
  }
}
