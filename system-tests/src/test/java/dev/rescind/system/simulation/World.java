package dev.rescind.system.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Time, chance and what is to happen next. Nothing happens but by the events of the one queue, each
 * at its moment, in one thread: the same seed gives the same run.
 */
final class World {
  static final long MS = 1_000_000;

  /** The true wall clock at the beginning, in milliseconds since the epoch. */
  static final long EPOCH_MILLIS = 1_800_000_000_000L;

  private static final int TRACE = 120;

  /** More interrupted threads than this at once add nothing. */
  private static final int MAX_DEPTH = 6;

  private record Event(long at, long order, Runnable run) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final Deque<String> trace = new ArrayDeque<>();
  private final boolean tracing;
  private final SplittableRandom random;
  private long now;
  private long order;
  private int depth;
  private boolean calm;

  World(long seed, boolean tracing) {
    this.random = new SplittableRandom(seed);
    this.tracing = tracing;
  }

  /** True time since the beginning, in nanoseconds. */
  long now() {
    return now;
  }

  /** The true wall clock. */
  long wallMillis() {
    return EPOCH_MILLIS + now / MS;
  }

  SplittableRandom random() {
    return random;
  }

  /** Whether something of this likelihood happens. */
  boolean chance(double likelihood) {
    return random.nextDouble() < likelihood;
  }

  void in(long delay, Runnable run) {
    queue.add(new Event(now + Math.max(0, delay), order++, run));
  }

  /** Lets everything happen until a moment. */
  void runUntil(long moment) {
    while (!queue.isEmpty() && queue.peek().at() <= moment) {
      Event event = queue.remove();
      now = Math.max(now, event.at());
      event.run().run();
    }
    now = Math.max(now, moment);
  }

  /**
   * Interrupts the code that calls this, as a scheduler interrupts a thread: everything else goes
   * on meanwhile.
   */
  void interrupt(long nanos) {
    if (depth < MAX_DEPTH && !calm) {
      depth++;
      runUntil(now + nanos);
      depth--;
    }
  }

  /** From now on nothing is interrupted any more. */
  void calm() {
    calm = true;
  }

  void trace(String format, Object... arguments) {
    if (tracing) {
      if (trace.size() == TRACE) {
        trace.removeFirst();
      }
      trace.add(
          String.format(Locale.ROOT, "%10.3f ms  ", now / 1e6)
              + String.format(Locale.ROOT, format, arguments));
    }
  }

  /** The last things that happened, a line each. */
  String trace() {
    return trace.stream().collect(Collectors.joining("\n"));
  }
}
