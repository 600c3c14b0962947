package dev.rescind.publisher.revoke;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.replica.Replica;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The introspectors as their barriers show them. A node is live while its last barrier was seen
 * within two staleness bounds.
 */
public final class NodeDirectory implements Replica.Listener {

  /** A node's last barrier and when it was seen, in monotonic nanoseconds. */
  public record Seen(Barrier barrier, long atNanos) {}

  /** How far a revocation has come: the nodes that have applied it, and those that have not. */
  public record Confirmation(boolean complete, List<Applied> nodes, List<String> missing) {
    /** A node that has applied the revocation, and how long after the append that was seen. */
    public record Applied(String node, long appliedMillis) {}
  }

  private final class Waiting {
    final long position;
    final long sinceNanos;
    final Map<String, Long> applied = new ConcurrentHashMap<>();
    final CompletableFuture<Confirmation> answer = new CompletableFuture<>();

    Waiting(long position, long sinceNanos) {
      this.position = position;
      this.sinceNanos = sinceNanos;
    }

    Confirmation soFar() {
      List<String> missing = new ArrayList<>();
      for (Seen seen : live()) {
        String node = seen.barrier().writer().node();
        if (seen.barrier().position() >= position) {
          applied.putIfAbsent(node, (clock.getAsLong() - sinceNanos) / 1_000_000);
        } else if (!applied.containsKey(node)) {
          missing.add(node);
        }
      }
      List<Confirmation.Applied> nodes = new ArrayList<>();
      applied.forEach((node, millis) -> nodes.add(new Confirmation.Applied(node, millis)));
      nodes.sort(Comparator.comparing(Confirmation.Applied::node));
      return new Confirmation(missing.isEmpty() && !nodes.isEmpty(), nodes, missing);
    }
  }

  private final LongSupplier clock;
  private final StalenessBound bound;
  private final BooleanSupplier current;
  private final Map<String, Seen> nodes = new ConcurrentHashMap<>();
  private final List<Waiting> waiting = new CopyOnWriteArrayList<>();
  private volatile @Nullable Long currentSince;

  /**
   * @param clock monotonic, in nanoseconds
   * @param current whether what is being read is new: barriers read while catching up show nothing
   */
  public NodeDirectory(LongSupplier clock, StalenessBound bound, BooleanSupplier current) {
    this.clock = clock;
    this.bound = bound;
    this.current = current;
  }

  @Override
  public void applied(LogRecord record, long position) {
    if (!(record instanceof LogRecord.BarrierWritten written) || !current.getAsBoolean()) {
      return;
    }
    if (currentSince == null) {
      currentSince = clock.getAsLong();
    }
    if (written.barrier().writer().introspects()) {
      Barrier barrier = written.barrier();
      if (barrier.status().state() == NodeState.STOPPED) {
        nodes.remove(barrier.writer().node());
      } else {
        nodes.put(barrier.writer().node(), new Seen(barrier, clock.getAsLong()));
      }
    }
    for (Waiting one : waiting) {
      answerIfComplete(one);
    }
  }

  /** The live nodes, by name. */
  public List<Seen> live() {
    long now = clock.getAsLong();
    return nodes.values().stream()
        .filter(seen -> now - seen.atNanos() <= 2 * bound.nanos())
        .sorted(Comparator.comparing(seen -> seen.barrier().writer().node()))
        .toList();
  }

  /**
   * Waits until every live node has applied {@code position}, or until the time is over: then the
   * answer is incomplete and names the nodes that have not. Stopped nodes count no longer once they
   * are not live.
   */
  public CompletableFuture<Confirmation> confirm(
      long position, long appendedAtNanos, long timeoutMillis) {
    Waiting one = new Waiting(position, appendedAtNanos);
    waiting.add(one);
    CompletableFuture.delayedExecutor(timeoutMillis, TimeUnit.MILLISECONDS)
        .execute(() -> answer(one, one.soFar()));
    answerIfComplete(one);
    return one.answer;
  }

  private void answerIfComplete(Waiting one) {
    Confirmation confirmation = one.soFar();
    if (confirmation.complete() && isSettled()) {
      answer(one, confirmation);
    }
  }

  /** Whether every live node was seen: in half a bound each has written five barriers. */
  private boolean isSettled() {
    Long since = currentSince;
    return since != null && clock.getAsLong() - since >= bound.nanos() / 2;
  }

  private void answer(Waiting one, Confirmation confirmation) {
    waiting.remove(one);
    one.answer.complete(confirmation);
  }
}
