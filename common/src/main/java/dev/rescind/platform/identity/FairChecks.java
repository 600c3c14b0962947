package dev.rescind.platform.identity;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Checks of what nobody has proven yet, by a few threads. Who waits is weighed by how many checks
 * there are for the same claimed caller, or from the same network, whichever are more: the lightest
 * is next, and where the room is full, one of the heaviest goes without. So whoever floods, from
 * one network or against one caller, is in its own way first.
 */
public final class FairChecks {
  /** A check that there was no room for. */
  static final class ShedException extends Exception {
    private static final long serialVersionUID = 1;

    ShedException() {
      super("too many checks are waiting", null, false, false);
    }
  }

  /**
   * Who asks.
   *
   * @param claim of whom the caller says that it is
   */
  record Asker(String claim, String network) {}

  /** What waits. */
  private record Waiting<T>(Asker asker, Callable<T> check, Promise<T> promise) {}

  private final WorkerExecutor threads;
  private final int atOnce;
  private final int room;
  private final RandomGenerator random;

  // Guarded by this.
  private final List<Waiting<?>> waiting = new ArrayList<>(); // the oldest first
  private final Map<String, Integer> ofClaim = new HashMap<>(); // waiting and running
  private final Map<String, Integer> ofNetwork = new HashMap<>();
  private int running;

  /**
   * @param name of the threads
   * @param atOnce how many checks run at once
   * @param room for how many that wait
   */
  public FairChecks(Vertx vertx, String name, int atOnce, int room, RandomGenerator random) {
    this.threads = vertx.createSharedWorkerExecutor(name, atOnce);
    this.atOnce = atOnce;
    this.room = room;
    this.random = random;
  }

  /**
   * Runs a check when it is its turn; fails with a {@link ShedException} where there is no room for
   * it, or as the check failed. Completes on the caller's context.
   */
  <T> Future<T> run(Asker asker, Callable<T> check) {
    Promise<T> promise = Promise.promise();
    Waiting<?> shed;
    synchronized (this) {
      waiting.add(new Waiting<>(asker, check, promise));
      count(asker, 1);
      shed = waiting.size() > room ? waiting.remove(heaviest()) : null;
      if (shed != null) {
        count(shed.asker(), -1);
      }
    }
    if (shed != null) {
      shed.promise().fail(new ShedException());
    }
    startNext();
    return onCallersContext(promise.future());
  }

  private void startNext() {
    Waiting<?> next;
    synchronized (this) {
      if (running >= atOnce || waiting.isEmpty()) {
        return;
      }
      next = waiting.remove(lightest());
      running++;
    }
    start(next);
  }

  private <T> void start(Waiting<T> next) {
    threads
        .executeBlocking(next.check(), false)
        .onComplete(
            done -> {
              synchronized (this) {
                running--;
                count(next.asker(), -1);
              }
              startNext();
              next.promise().handle(done);
            });
  }

  private void count(Asker asker, int more) {
    ofClaim.merge(asker.claim(), more, FairChecks::sumOrNone);
    ofNetwork.merge(asker.network(), more, FairChecks::sumOrNone);
  }

  private static @Nullable Integer sumOrNone(int before, int more) {
    return before + more == 0 ? null : before + more;
  }

  private int weight(Asker asker) {
    return Math.max(
        ofClaim.getOrDefault(asker.claim(), 0), ofNetwork.getOrDefault(asker.network(), 0));
  }

  /** Of several that are as light, the oldest. */
  private int lightest() {
    int found = 0;
    for (int i = 1; i < waiting.size(); i++) {
      if (weight(waiting.get(i).asker()) < weight(waiting.get(found).asker())) {
        found = i;
      }
    }
    return found;
  }

  /** Of several that are as heavy, any, so that none of them is kept out for good. */
  private int heaviest() {
    int most = waiting.stream().mapToInt(one -> weight(one.asker())).max().orElse(0);
    int[] all = new int[waiting.size()];
    int found = 0;
    for (int i = 0; i < waiting.size(); i++) {
      if (weight(waiting.get(i).asker()) == most) {
        all[found++] = i;
      }
    }
    return all[random.nextInt(found)];
  }

  /** The same, complete on the context of whoever calls this. */
  static <T> Future<T> onCallersContext(Future<T> future) {
    Context context = Vertx.currentContext();
    if (context == null || future.isComplete()) {
      return future;
    }
    Promise<T> promise = Promise.promise();
    future.onComplete(done -> context.runOnContext(none -> promise.handle(done)));
    return promise.future();
  }
}
