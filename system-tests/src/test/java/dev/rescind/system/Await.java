package dev.rescind.system;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting for something to become so. */
final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** Something that may be so, or not yet, or not yet to be asked. */
  interface Condition {
    boolean holds() throws Exception;
  }

  private Await() {}

  /** Returns when the condition holds; fails when it does not in a long while. */
  static void until(String what, Condition condition) throws Exception {
    until(what, PATIENCE, condition);
  }

  /** The same for what takes longer than anything should. */
  static void until(String what, Duration patience, Condition condition) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    Exception last = null;
    while (System.nanoTime() < end) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (java.io.IOException e) {
        last = e;
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    throw new AssertionError("not so after " + patience + ": " + what, last);
  }
}
