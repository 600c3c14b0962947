package dev.rescind.system.faults;

import java.util.EnumMap;

/** How one service has answered, as the load saw it. Times are {@link System#nanoTime}. */
final class Vitals {
  /** What came of one question. */
  enum Answer {
    OK,
    /** 503: the node does not serve. */
    NOT_SERVING,
    /** 503: this credential, or this position, cannot be told. */
    CANNOT_TELL,
    /** No answer: a time-out, a lost or refused connection. */
    NONE,
    /** Any other status, none of which an honest question ever has. */
    UNEXPECTED
  }

  /** So many answers of each kind. */
  record Counts(long ok, long notServing, long cannotTell, long none, long unexpected) {
    Counts minus(Counts other) {
      return new Counts(
          ok - other.ok,
          notServing - other.notServing,
          cannotTell - other.cannotTell,
          none - other.none,
          unexpected - other.unexpected);
    }

    Counts plus(Counts other) {
      return new Counts(
          ok + other.ok,
          notServing + other.notServing,
          cannotTell + other.cannotTell,
          none + other.none,
          unexpected + other.unexpected);
    }

    long total() {
      return ok + notServing + cannotTell + none + unexpected;
    }
  }

  private final String name;
  private final EnumMap<Answer, Long> counts = new EnumMap<>(Answer.class);
  private long lastOkInvoked = Long.MIN_VALUE;
  private long lastBad = Long.MIN_VALUE;
  private long goodSince = Long.MIN_VALUE;
  private boolean good;

  Vitals(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  synchronized void answered(Answer answer, long invoked, long completed) {
    counts.merge(answer, 1L, Long::sum);
    if (answer == Answer.OK) {
      lastOkInvoked = Math.max(lastOkInvoked, invoked);
      if (!good && invoked > lastBad) {
        good = true;
        goodSince = completed;
      }
    } else if (answer != Answer.CANNOT_TELL) {
      lastBad = completed;
      good = false;
    }
  }

  synchronized Counts counts() {
    return new Counts(
        of(Answer.OK),
        of(Answer.NOT_SERVING),
        of(Answer.CANNOT_TELL),
        of(Answer.NONE),
        of(Answer.UNEXPECTED));
  }

  private long of(Answer answer) {
    return counts.getOrDefault(answer, 0L);
  }

  /** When the last question was asked that got an answer. */
  synchronized long lastOkInvoked() {
    return lastOkInvoked;
  }

  /** Whether it answered a question asked after a moment, and nothing went wrong in a while. */
  synchronized boolean isWellSince(long moment, long steadyNanos, long now) {
    return good && lastOkInvoked > moment && now - goodSince >= steadyNanos;
  }

  /** For how long after a moment it went on being unwell. */
  synchronized long unwellAfter(long moment) {
    return goodSince == Long.MIN_VALUE ? Long.MAX_VALUE : Math.max(0, goodSince - moment);
  }
}
