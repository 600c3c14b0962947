package dev.rescind.platform.grid;

import com.hazelcast.core.HazelcastException;
import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.log.CredentialCodec;
import dev.rescind.replica.CredentialStore.Progress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads of the grid, each with a deadline. That a credential is absent is said only of a partition
 * that was loaded, by one loader, since before the credential was looked for: a partition that was
 * lost comes back under another loader.
 */
public final class CredentialGrid {
  /** What a look-up found. */
  public sealed interface Lookup {
    record Found(Credential credential) implements Lookup {}

    record Absent() implements Lookup {}

    /** Whether there is such a credential cannot be told now. */
    record NotSure(String cause) implements Lookup {}
  }

  /** This process has not found the grid yet. */
  private static final class NotConnectedException extends Exception {
    private static final long serialVersionUID = 1;

    NotConnectedException() {
      super("not connected to the grid", null, false, false);
    }
  }

  private static final Lookup ABSENT = new Lookup.Absent();
  private static final int ATTEMPTS = 3;
  private static final int MAX_SCANS = 16;
  private static final Duration SCAN_LIMIT = Duration.ofSeconds(2);

  /** Between two looks of whoever has patience. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Of no credential: what a look-up is tried with. */
  private static final Fingerprint NOBODYS = Fingerprint.ofDigest(new byte[Fingerprint.BYTES]);

  private final Vertx vertx;
  private final GridNode node;
  private final Seal seal;
  private final int partitions;
  private final long deadlineMillis;
  private final AtomicReferenceArray<@Nullable Progress> seen;
  private final WorkerExecutor scanner;
  private final AtomicInteger scans = new AtomicInteger();
  private final LongAdder missedDeadlines = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private volatile @Nullable GridMaps maps;
  private volatile boolean loaded;
  private volatile long size;

  /**
   * @param partitions of the topic of credentials
   * @param deadline after which a read is not waited for
   */
  public CredentialGrid(Vertx vertx, GridNode node, Seal seal, int partitions, Duration deadline) {
    this.vertx = vertx;
    this.node = node;
    this.seal = seal;
    this.partitions = partitions;
    this.deadlineMillis = deadline.toMillis();
    this.seen = new AtomicReferenceArray<>(partitions);
    this.scanner = vertx.createSharedWorkerExecutor("rescind-grid-scan", 1);
  }

  /** Looks for a registered credential; the future never fails. */
  public Future<Lookup> find(Fingerprint fingerprint) {
    return find(fingerprint, ATTEMPTS)
        .otherwise(error -> new Lookup.NotSure("grid: " + error.getClass().getSimpleName()));
  }

  /**
   * Looks again while the grid is not sure, for as long as {@code patience} lasts: a grid that a
   * member joined or left is soon sure again. The future never fails.
   */
  public Future<Lookup> find(Fingerprint fingerprint, Duration patience) {
    long began = System.nanoTime();
    return find(fingerprint)
        .compose(
            lookup -> {
              Duration left = patience.minusNanos(System.nanoTime() - began).minus(PAUSE);
              return lookup instanceof Lookup.NotSure && !left.isNegative()
                  ? vertx
                      .timer(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                      .compose(tick -> find(fingerprint, left))
                  : Future.succeededFuture(lookup);
            });
  }

  private Future<Lookup> find(Fingerprint fingerprint, int attempts) {
    int partition = CredentialCodec.partition(fingerprint, partitions);
    Progress before = seen.get(partition);
    PlaceKey key = PlaceKey.of(partition, fingerprint);
    return read(maps -> maps.credentials().getAsync(key))
        .compose(
            held ->
                held != null
                    ? Future.succeededFuture(open(key, held))
                    : progress(partition)
                        .compose(now -> absent(fingerprint, before, now, attempts)));
  }

  private Future<Lookup> absent(
      Fingerprint fingerprint, @Nullable Progress before, @Nullable Progress now, int attempts) {
    if (now == null || !now.loaded()) {
      return Future.succeededFuture(new Lookup.NotSure("the grid is being loaded"));
    }
    if (before != null && before.loaded() && before.loader().equals(now.loader())) {
      return Future.succeededFuture(ABSENT);
    }
    return attempts > 1
        ? find(fingerprint, attempts - 1)
        : Future.succeededFuture(new Lookup.NotSure("the grid is being rearranged"));
  }

  private Lookup open(PlaceKey key, byte[] sealed) {
    Optional<Credential> credential =
        seal.open(GridMaps.CREDENTIALS, key.place(), sealed).flatMap(CredentialCodec::fromBytes);
    if (credential.isEmpty()) {
      unreadable.increment();
      return new Lookup.NotSure("the grid holds what this node cannot read");
    }
    return new Lookup.Found(credential.get());
  }

  /** How far a partition is loaded; null where nobody has begun to. */
  Future<@Nullable Progress> progress(int partition) {
    return read(maps -> maps.credentials().getAsync(PlaceKey.ofProgress(partition)))
        .map(
            bytes -> {
              Progress progress = ProgressBytes.parse(bytes);
              seen.set(partition, progress);
              return progress;
            });
  }

  /** Whether every partition was seen loaded, and a look-up came through in time, once. */
  public boolean isLoaded() {
    return loaded;
  }

  /** Looks at every partition's progress, once there is a grid to look at. */
  Future<Void> look() {
    return connected()
        .compose(
            connected ->
                Future.join(IntStream.range(0, partitions).mapToObj(this::progress).toList()))
        .compose(all -> everyPartitionIsLoaded() ? tried() : Future.succeededFuture(false))
        .onSuccess(ready -> loaded |= ready)
        .mapEmpty();
  }

  private boolean everyPartitionIsLoaded() {
    boolean every = true;
    for (int i = 0; i < partitions; i++) {
      Progress progress = seen.get(i);
      every &= progress != null && progress.loaded();
    }
    return every;
  }

  /** The first look-ups of a process are slow: they are made before anybody waits for one. */
  private Future<Boolean> tried() {
    return findVerified(NOBODYS)
        .compose(none -> find(NOBODYS))
        .map(lookup -> lookup instanceof Lookup.Absent);
  }

  /**
   * Shows a visitor all that is registered, and verified not long ago; gives whether it was all.
   * One look is at a time, off the event loops, and takes two seconds at most.
   */
  public Future<Boolean> scan(GridScan.Visitor visitor) {
    if (scans.incrementAndGet() > MAX_SCANS) {
      scans.decrementAndGet();
      return Future.failedFuture("too many are looking through the grid");
    }
    return connected()
        .compose(
            found ->
                scanner.executeBlocking(
                    () -> GridScan.look(found, seal, SCAN_LIMIT, visitor), true))
        .map(whole -> whole && loaded)
        .onComplete(done -> scans.decrementAndGet());
  }

  /** Counts what is registered; the members are asked, so that it takes a while. */
  Future<Void> count() {
    return connected()
        .compose(
            found ->
                vertx.executeBlocking(
                    () -> Math.max(0, found.credentials().size() - partitions), false))
        .onSuccess(counted -> size = counted)
        .mapEmpty();
  }

  /** How many credentials are registered, as last counted. */
  public long size() {
    return size;
  }

  /** A client's maps are to be had only once it is connected; then they stay. */
  private Future<GridMaps> connected() {
    GridMaps present = maps;
    return present != null
        ? Future.succeededFuture(present)
        : vertx
            .executeBlocking(() -> GridMaps.of(node.hazelcast()))
            .onSuccess(found -> maps = found);
  }

  /** Looks for a credential that some node verified; empty also where the grid does not answer. */
  public Future<Optional<Credential>> findVerified(Fingerprint key) {
    byte[] place = key.toBytes();
    return read(maps -> maps.verified().getAsync(place))
        .map(
            held ->
                held == null
                    ? Optional.<Credential>empty()
                    : seal.open(GridMaps.VERIFIED, place, held).flatMap(CredentialCodec::fromBytes))
        .otherwise(Optional.empty());
  }

  /**
   * Lets other nodes know of a verified credential, for a while; it does not matter if it fails.
   */
  public void putVerified(Fingerprint key, Credential credential, Duration ttl) {
    byte[] place = key.toBytes();
    byte[] sealed = seal.seal(GridMaps.VERIFIED, place, CredentialCodec.toBytes(credential));
    GridMaps present = maps;
    if (present == null) {
      return;
    }
    try {
      var unused =
          present
              .verified()
              .setAsync(place, sealed, Math.max(1, ttl.toSeconds()), TimeUnit.SECONDS)
              .exceptionally(
                  error -> {
                    missedDeadlines.increment();
                    return null;
                  });
    } catch (HazelcastException | IllegalStateException e) {
      missedDeadlines.increment();
    }
  }

  /** Reads and writes that were given up. */
  public long missedDeadlines() {
    return missedDeadlines.sum();
  }

  /** Values that no key of this node opens. */
  public long unreadable() {
    return unreadable.sum();
  }

  /** Starts a read and waits for it on the caller's context, up to the deadline. */
  private <T> Future<@Nullable T> read(Function<GridMaps, CompletionStage<T>> read) {
    GridMaps present = maps;
    if (present == null) {
      return Future.failedFuture(new NotConnectedException());
    }
    Context context = vertx.getOrCreateContext();
    Promise<@Nullable T> promise = Promise.promise();
    CompletionStage<T> stage;
    try {
      stage = read.apply(present);
    } catch (RuntimeException e) {
      missedDeadlines.increment();
      return Future.failedFuture(e);
    }
    // The grid's own executor would start a thread for each completion on a machine of two cores.
    var unused =
        stage.whenCompleteAsync(
            (value, error) ->
                context.runOnContext(
                    none -> {
                      if (error != null) {
                        promise.tryFail(error);
                      } else {
                        promise.tryComplete(value);
                      }
                    }),
            Runnable::run);
    return promise
        .future()
        .timeout(deadlineMillis, TimeUnit.MILLISECONDS)
        .onFailure(error -> missedDeadlines.increment());
  }
}
