package dev.rescind.platform.jose;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One issuer's keys: fetched at intervals, kept through failures until they are too old, and
 * fetched once more, at most every 30 s, when a token's key may not be among them.
 */
final class IssuerKeys {
  static final Duration MIN_BETWEEN_DEMANDS = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
  private static final long MAX_BACKOFF_MILLIS = 60_000;

  /**
   * All that is known of the keys at one time.
   *
   * @param fetchedAt when the fetch that brought them began, in nanoseconds
   */
  record Snapshot(List<VerificationKey> keys, long fetchedAt) {

    boolean knows(String kid) {
      return keys.stream().anyMatch(key -> kid.equals(key.kid()));
    }

    boolean holds(String jkt) {
      return keys.stream().anyMatch(key -> jkt.equals(key.jkt()));
    }

    List<VerificationKey> candidates(@Nullable String kid, Alg alg) {
      return keys.stream()
          .filter(key -> key.algs().contains(alg) && (kid == null || kid.equals(key.kid())))
          .toList();
    }
  }

  private final IssuerConfig config;
  private final Vertx vertx;
  private final @Nullable KeySource source;
  private final LongSupplier nanoClock;
  private final long number;
  private final KeyHistory history;
  private volatile @Nullable Snapshot snapshot;
  private volatile @Nullable String failure;

  // Guarded by this.
  private @Nullable Future<Void> inFlight;
  private @Nullable Long demandedAt;
  private int failures;
  private long timer = -1;
  private boolean closed;

  /**
   * What an issuer's keys begin with.
   *
   * @param number by which they are told from all others that this process had
   * @param history of the issuer's keys
   * @param snapshot keys that were had from the same place before; null where there are none
   */
  record Start(long number, KeyHistory history, @Nullable Snapshot snapshot) {}

  /**
   * @param source of the keys; null where the configuration itself holds a secret
   */
  IssuerKeys(
      IssuerConfig config,
      Vertx vertx,
      @Nullable KeySource source,
      LongSupplier nanoClock,
      Start start) {
    this.config = config;
    this.vertx = vertx;
    this.source = source;
    this.nanoClock = nanoClock;
    number = start.number();
    history = start.history();
    snapshot =
        source == null
            ? new Snapshot(List.of(VerificationKey.ofSecret(config.keys().secretBytes())), 0)
            : start.snapshot();
  }

  /** What the keys of the same issuer begin with that is configured in another way. */
  Start successor(IssuerConfig next, long nextNumber) {
    return new Start(nextNumber, history, next.keys().equals(config.keys()) ? snapshot : null);
  }

  long number() {
    return number;
  }

  IssuerConfig config() {
    return config;
  }

  KeyHistory history() {
    return history;
  }

  /** The keys, or null where there are none that are young enough. */
  @Nullable Snapshot fresh() {
    Snapshot present = snapshot;
    if (present == null || source == null) {
      return present;
    }
    long age = nanoClock.getAsLong() - present.fetchedAt();
    return age <= config.keys().maxAge().toNanos() ? present : null;
  }

  /** Whether a credential verified by that material would still be, whatever the keys' age. */
  boolean isCurrent(@Nullable String jkt) {
    Snapshot present = snapshot;
    return present != null && (source == null ? jkt == null : jkt != null && present.holds(jkt));
  }

  Issuers.Health health() {
    Snapshot present = snapshot;
    Duration age =
        present == null || source == null
            ? null
            : Duration.ofNanos(nanoClock.getAsLong() - present.fetchedAt());
    return new Issuers.Health(
        config.iss(), fresh() != null, present == null ? 0 : present.keys().size(), age, failure);
  }

  /**
   * Fetches now, and from then on at intervals; complete after the first attempt, however it went.
   */
  Future<Void> start() {
    return source == null ? Future.succeededFuture() : fetch().onComplete(done -> schedule());
  }

  synchronized void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }

  private synchronized void schedule() {
    if (!closed) {
      timer = vertx.setTimer(delayMillis(), id -> fetch().onComplete(done -> schedule()));
    }
  }

  private synchronized long delayMillis() {
    long interval = config.keys().refreshInterval().toMillis();
    long base =
        failures == 0
            ? interval
            : Math.min(Math.min(interval, MAX_BACKOFF_MILLIS), 1000L << Math.min(failures - 1, 10));
    return Math.max(1, (long) (base * ThreadLocalRandom.current().nextDouble(0.8, 1.0)));
  }

  /** A fetch for the sake of a key that is not known; empty where the last one was too recent. */
  Optional<Future<Void>> fetchForUnknownKey() {
    if (source == null) {
      return Optional.empty();
    }
    synchronized (this) {
      if (inFlight != null) {
        return Optional.of(inFlight);
      }
      long now = nanoClock.getAsLong();
      if (demandedAt != null && now - demandedAt < MIN_BETWEEN_DEMANDS.toNanos()) {
        return Optional.empty();
      }
      demandedAt = now;
    }
    return Optional.of(fetch());
  }

  /** Fetches, or joins the fetch that is under way; the future never fails. */
  Future<Void> fetch() {
    if (source == null) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    synchronized (this) {
      if (inFlight != null) {
        return inFlight;
      }
      inFlight = done.future();
    }
    long began = nanoClock.getAsLong();
    Future.succeededFuture()
        .compose(none -> source.fetch())
        .onComplete(
            result -> {
              try {
                accept(result, began);
              } finally {
                synchronized (this) {
                  inFlight = null;
                }
                done.complete();
              }
            });
    return done.future();
  }

  private void accept(AsyncResult<List<VerificationKey>> result, long began) {
    if (result.succeeded()) {
      history.add(result.result()); // first: what may verify must be known to it
      snapshot = new Snapshot(result.result(), began);
      synchronized (this) {
        failures = 0;
      }
      if (failure != null) {
        LOG.info("keys of {} can be had again", config.iss());
        failure = null;
      }
      return;
    }
    String cause = cause(result.cause());
    synchronized (this) {
      failures++;
    }
    if (!cause.equals(failure)) {
      LOG.warn("keys of {} cannot be had: {}", config.iss(), cause);
      failure = cause;
    }
  }

  private static String cause(Throwable error) {
    if (error instanceof KeyFetchException) {
      return String.valueOf(error.getMessage());
    }
    return error instanceof TimeoutException ? "timed out" : error.getClass().getSimpleName();
  }
}
