package dev.rescind.platform.grid;

import com.hazelcast.map.IMap;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.identity.OnceOnly;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Uses as all members of the grid remember them, for their time, with one backup. Nothing is
 * evicted: beyond its share, this process is not told of a first use any more. Members that do not
 * see each other each remember what was used at their side, so that one use a side is possible
 * while the grid is parted; and what both holders of an entry lose at once can be used again.
 */
public final class GridOnceOnly implements OnceOnly {
  /** Uses of this process that are remembered at once; some 200 bytes each, and a backup. */
  private static final int MAX_REMEMBERED = 500_000;

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final long RETRY_MILLIS = 500;
  private static final int MARK_BYTES = 16;

  private final Vertx vertx;
  private final GridNode node;
  private final long deadlineMillis;
  private final SecureRandom random = new SecureRandom();
  private final RollingCount remembered;
  private final LongAdder unknown = new LongAdder();
  private volatile @Nullable IMap<byte[], byte[]> uses;
  private volatile boolean ready;

  /**
   * @param deadline after which the grid is not waited for
   * @param nanoClock monotonic, as {@link System#nanoTime}
   */
  public GridOnceOnly(Vertx vertx, GridNode node, Duration deadline, LongSupplier nanoClock) {
    this.vertx = vertx;
    this.node = node;
    this.deadlineMillis = deadline.toMillis();
    this.remembered = new RollingCount(MAX_REMEMBERED, LONGEST, nanoClock);
  }

  /**
   * Finds the grid, now or as soon as there is one, and tries it, so that nobody waits for the
   * first use of a process; complete after the first attempt, however it went.
   */
  public Future<Void> start() {
    return vertx
        .executeBlocking(() -> node.hazelcast().<byte[], byte[]>getMap(GridMaps.ONCE))
        .onSuccess(found -> uses = found)
        .compose(found -> use(OnceOnly.name("start", Long.toString(random.nextLong())), SHORTEST))
        .otherwise(Use.UNKNOWN)
        .onSuccess(this::tried)
        .mapEmpty();
  }

  private void tried(Use told) {
    if (told == Use.UNKNOWN) {
      vertx.setTimer(RETRY_MILLIS, tick -> start());
    } else {
      ready = true;
    }
  }

  /** Whether the grid was found, and told of a use in time, once. */
  public boolean isReady() {
    return ready;
  }

  @Override
  public Future<Use> use(Fingerprint what, Duration kept) {
    IMap<byte[], byte[]> present = uses;
    if (present == null || kept.compareTo(LONGEST) > 0 || !remembered.add(kept)) {
      return unknown();
    }
    byte[] mark = new byte[MARK_BYTES];
    random.nextBytes(mark);
    Context context = vertx.getOrCreateContext();
    Promise<Use> promise = Promise.promise();
    try {
      CompletionStage<byte[]> before =
          present.putAsync(
              what.toBytes(), mark, Math.max(1, kept.toSeconds() + 1), TimeUnit.SECONDS);
      var unused =
          before.whenCompleteAsync(
              (held, error) ->
                  context.runOnContext(
                      none -> {
                        if (error != null) {
                          promise.tryFail(error);
                        } else {
                          promise.tryComplete(said(held, mark));
                        }
                      }),
              Runnable::run);
    } catch (RuntimeException e) {
      return unknown();
    }
    return promise
        .future()
        .timeout(deadlineMillis, TimeUnit.MILLISECONDS)
        .recover(error -> unknown());
  }

  /** The grid repeats a write that it is not sure of, and then finds this very use's mark. */
  private static Use said(byte @Nullable [] held, byte[] mark) {
    return held == null || Arrays.equals(held, mark) ? Use.FIRST : Use.AGAIN;
  }

  private Future<Use> unknown() {
    unknown.increment();
    return Future.succeededFuture(Use.UNKNOWN);
  }

  /** How often it could not be told. */
  public long unknownUses() {
    return unknown.sum();
  }
}
