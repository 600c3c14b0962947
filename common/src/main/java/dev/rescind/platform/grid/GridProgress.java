package dev.rescind.platform.grid;

import dev.rescind.replica.CredentialStore.Progress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * Watches how far the partitions are loaded: often while somebody waits for a registration, at
 * leisure otherwise.
 */
public final class GridProgress implements AutoCloseable {
  private static final long WAITED_FOR_MILLIS = 2;
  private static final long LEISURE_MILLIS = 100;
  private static final int MAX_WAITING = 20_000;
  private static final long COUNT_MILLIS = 2_000;

  private record Waiting(long offset, Promise<Void> reached) {}

  private final Vertx vertx;
  private final CredentialGrid grid;
  // Both guarded by this.
  private final Map<Integer, PriorityQueue<Waiting>> waiting = new HashMap<>();
  private int count;
  private long timer = -1;
  private long counting = -1;

  public GridProgress(Vertx vertx, CredentialGrid grid) {
    this.vertx = vertx;
    this.grid = grid;
  }

  /** Begins to look whether the grid is loaded, until it was once. */
  public void start() {
    timer = vertx.setTimer(1, tick -> lookUntilLoaded());
    counting = vertx.setTimer(1, tick -> count());
  }

  private void count() {
    grid.count().onComplete(done -> counting = vertx.setTimer(COUNT_MILLIS, tick -> count()));
  }

  private void lookUntilLoaded() {
    grid.look()
        .onComplete(
            done -> {
              if (!grid.isLoaded()) {
                timer = vertx.setTimer(LEISURE_MILLIS, tick -> lookUntilLoaded());
              }
            });
  }

  /**
   * Completes when a partition is loaded up to an offset; fails after {@code timeout}, or at once
   * when too many are waiting.
   */
  public Future<Void> await(int partition, long offset, Duration timeout) {
    Promise<Void> reached = Promise.promise();
    boolean first;
    synchronized (this) {
      if (count >= MAX_WAITING) {
        return Future.failedFuture("too many are waiting for the grid");
      }
      count++;
      PriorityQueue<Waiting> queue = waiting.get(partition);
      first = queue == null;
      if (queue == null) {
        queue = new PriorityQueue<>((a, b) -> Long.compare(a.offset(), b.offset()));
        waiting.put(partition, queue);
      }
      queue.add(new Waiting(offset, reached));
    }
    if (first) {
      look(partition);
    }
    return reached
        .future()
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(error -> giveUp(partition, reached));
  }

  private synchronized void giveUp(int partition, Promise<Void> reached) {
    PriorityQueue<Waiting> queue = waiting.get(partition);
    if (queue != null && queue.removeIf(one -> one.reached() == reached)) {
      count--;
    }
  }

  private void look(int partition) {
    grid.progress(partition)
        .onComplete(
            progress -> {
              Progress now = progress.result();
              List<Waiting> reached = now == null ? List.of() : reached(partition, now.offset());
              reached.forEach(one -> one.reached().tryComplete());
              if (isWaitedFor(partition)) {
                vertx.setTimer(WAITED_FOR_MILLIS, tick -> look(partition));
              }
            });
  }

  private synchronized List<Waiting> reached(int partition, long offset) {
    List<Waiting> reached = new ArrayList<>();
    PriorityQueue<Waiting> queue = waiting.get(partition);
    while (queue != null && !queue.isEmpty() && queue.peek().offset() <= offset) {
      reached.add(queue.poll());
      count--;
    }
    return reached;
  }

  private synchronized boolean isWaitedFor(int partition) {
    PriorityQueue<Waiting> queue = waiting.get(partition);
    if (queue == null || queue.isEmpty()) {
      waiting.remove(partition);
      return false;
    }
    return true;
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
    vertx.cancelTimer(counting);
  }
}
