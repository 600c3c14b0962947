package dev.rescind.introspector.scan;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices callers that try tokens: of whose answers in a sliding window too many say that there is
 * no such token. What was one, and is expired or revoked, does not count as that. Answers are
 * counted as they go out; all else is done when it is looked at, a few times in each window.
 */
public final class ScanWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ScanWatch.class);

  /** Looks in one window: it slides by a tenth. */
  public static final int LOOKS = 10;

  /**
   * What is too many.
   *
   * @param minRequests of fewer answers in a window nothing can be said
   * @param maxPercent of the answers may say that there is no such token
   */
  public record Limits(Duration window, int minRequests, int maxPercent) {}

  /** What was counted of a caller up to some moment. */
  private record Sample(long nanos, long answers, long unknown) {}

  private static final class Caller {
    final LongAdder answers = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final Deque<Sample> samples = new ArrayDeque<>(); // of who looks alone, the oldest first
    boolean suspected;
  }

  private final Limits limits;
  private final Map<String, Caller> callers = new ConcurrentHashMap<>();
  private final LongAdder episodes = new LongAdder();
  private volatile Set<String> suspected = Set.of();

  public ScanWatch(Limits limits) {
    this.limits = limits;
  }

  /**
   * Counts an answer.
   *
   * @param clientId of a known caller
   * @param unknown whether it said that there is no such token, and there never was that this node
   *     knows
   */
  public void answered(String clientId, boolean unknown) {
    Caller caller = callers.get(clientId);
    if (caller == null) {
      caller = callers.computeIfAbsent(clientId, name -> new Caller());
    }
    caller.answers.increment();
    if (unknown) {
      caller.unknown.increment();
    }
  }

  /** Looks at all that was counted, and says of whom it begins or ends to look like scanning. */
  public synchronized void look(long nowNanos) {
    Set<String> now = new TreeSet<>();
    callers.forEach(
        (clientId, caller) -> {
          if (isSuspect(clientId, caller, nowNanos)) {
            now.add(clientId);
          } else if (isIdle(caller)) {
            callers.remove(clientId, caller);
          }
        });
    suspected = Collections.unmodifiableSet(now);
  }

  private boolean isSuspect(String clientId, Caller caller, long nowNanos) {
    // Unknown ones are read first: what is counted meanwhile makes the share smaller.
    long unknown = caller.unknown.sum();
    Sample last = new Sample(nowNanos, caller.answers.sum(), unknown);
    Deque<Sample> samples = caller.samples;
    if (samples.isEmpty()) {
      samples.add(new Sample(nowNanos, 0, 0));
    }
    samples.add(last);
    while (samples.size() > 2 && nowNanos - second(samples).nanos() >= limits.window().toNanos()) {
      samples.remove();
    }
    Sample first = samples.element();
    long answers = last.answers() - first.answers();
    long tried = last.unknown() - first.unknown();
    boolean suspect =
        answers >= limits.minRequests() && tried * 100 > answers * limits.maxPercent();
    if (suspect && !caller.suspected) {
      episodes.increment();
      LOG.warn(
          "{} may be trying tokens: {} of its last {} answers, within {} s, say that there is no"
              + " such token",
          clientId,
          tried,
          answers,
          limits.window().toSeconds());
    } else if (!suspect && caller.suspected) {
      LOG.info("{} no longer seems to be trying tokens", clientId);
    }
    caller.suspected = suspect;
    return suspect;
  }

  private static Sample second(Deque<Sample> samples) {
    var all = samples.iterator();
    all.next();
    return all.next();
  }

  private static boolean isIdle(Caller caller) {
    return caller.samples.size() > LOOKS
        && caller.samples.element().answers() == caller.answers.sum();
  }

  /** The callers that seem to be trying tokens, in order. */
  public Set<String> suspected() {
    return suspected;
  }

  /** Of how many callers answers are counted. */
  int watched() {
    return callers.size();
  }

  /** How often one began to. */
  public long episodes() {
    return episodes.sum();
  }
}
