package dev.rescind.system.faults;

import dev.rescind.system.history.HistoryChecker;
import dev.rescind.system.history.HistoryReport;
import dev.rescind.system.history.HistoryWriter;
import dev.rescind.system.history.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The history of a run: kept on disk whole, and in memory as far as the next check needs it. A
 * check takes all facts, and the introspections since the check before; what was under way when it
 * was asked for is over before it begins.
 */
final class Journal implements AutoCloseable {
  /** By how much the clocks of processes may differ while nobody sets them. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  private final HistoryWriter writer;
  private final Duration bound;
  private final List<Operation> facts = new ArrayList<>();
  private final Map<Integer, Long> underWay = new ConcurrentHashMap<>();
  private final AtomicLong checked = new AtomicLong();
  private List<Operation> introspections = new ArrayList<>();
  private Duration behind = Duration.ZERO;

  Journal(Path directory, Duration bound) throws IOException {
    this.writer = new HistoryWriter(directory);
    this.bound = bound;
  }

  /** Introspections that wait for their check, and all that may be behind their answers. */
  final class Section {
    private final List<Operation> asked;
    private final long cut;
    private final Duration late;

    private Section(List<Operation> asked, long cut, Duration late) {
      this.asked = asked;
      this.cut = cut;
      this.late = late;
    }

    /** Checks; waits until nothing is under way any more that began before the cut. */
    HistoryReport check() throws InterruptedException {
      while (underWay.values().stream().anyMatch(began -> began - cut <= 0)) {
        Thread.sleep(5);
      }
      List<Operation> all;
      synchronized (Journal.this) {
        all = new ArrayList<>(facts);
      }
      all.addAll(asked);
      HistoryReport report = new HistoryChecker(bound, SLACK, late).check(all);
      checked.addAndGet(report.counts().active() + report.counts().inactive());
      return report;
    }
  }

  long nextId() {
    return writer.nextId();
  }

  /** Says that a client's thread begins what may change answers. */
  void begin(int process) {
    underWay.put(process, System.nanoTime());
  }

  /** Says that it is over, and was recorded. */
  void end(int process) {
    underWay.remove(process);
  }

  void record(Operation operation) {
    synchronized (this) {
      (operation instanceof Operation.Introspect ? introspections : facts).add(operation);
    }
    writer.record(operation);
  }

  /**
   * Says that in this section a node's clock is set back: then its suspensions end as much later,
   * for they end once both its own clock and the log's say so.
   */
  synchronized void clocksAreBehind(Duration by) {
    behind = behind.compareTo(by) < 0 ? by : behind;
  }

  /** Ends a section, and begins the next. */
  Section cut() {
    synchronized (this) {
      Section section =
          new Section(
              introspections,
              System.nanoTime(),
              // The log's clock is that of its last record, which can be one bound old.
              bound.plus(SLACK).plus(behind));
      behind = Duration.ZERO;
      introspections = new ArrayList<>();
      return section;
    }
  }

  /** How many answered introspections were checked so far. */
  long checked() {
    return checked.get();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
