package dev.rescind.platform.throttle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of a node callers may take: each by its own rate, all by the node's, and those who
 * cannot prove who they are by that of the network that they come from. Who has proven itself is
 * never held up by those who have not.
 */
public final class Throttle {
  /** Networks of which is remembered how often they failed; those that fail most are kept. */
  private static final int MAX_NETWORKS = 10_000;

  /** How long a caller that seems to scan is sent away; then it may ask whether that is over. */
  private static final long SUSPENDED_NANOS = 5_000_000_000L;

  /** By what a request was found to be one too many. */
  public enum Cause {
    CALLER,
    NODE,
    STRANGERS,
    SCAN
  }

  /** One caller's rate, and the bucket that holds it to it. */
  private record Held(Rate rate, TokenBucket bucket) {}

  private final LongSupplier nanoClock;
  private final @Nullable TokenBucket node;
  private final @Nullable Rate strangers;
  private final Cache<String, TokenBucket> networks =
      Caffeine.newBuilder().maximumSize(MAX_NETWORKS).executor(Runnable::run).build();
  private final Map<Cause, LongAdder> counts = new EnumMap<>(Cause.class);
  private volatile Map<String, Held> callers = Map.of();
  private volatile Set<String> suspended = Set.of();

  /**
   * @param node of all known callers together; null: none
   * @param strangers of each network's failures to prove who calls; null: none
   * @param nanoClock monotonic, as {@link System#nanoTime}
   */
  public Throttle(@Nullable Rate node, @Nullable Rate strangers, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.node = node == null ? null : new TokenBucket(node, nanoClock.getAsLong());
    this.strangers = strangers;
    for (Cause cause : Cause.values()) {
      counts.put(cause, new LongAdder());
    }
  }

  /** One that holds nobody up. */
  public static Throttle none() {
    return new Throttle(null, null, () -> 0);
  }

  /**
   * Holds callers to these rates from now on, others to none; whose rate stays keeps what it has
   * left of it.
   */
  public synchronized void configure(Map<String, Rate> rates) {
    Map<String, Held> before = callers;
    Map<String, Held> next = new HashMap<>();
    rates.forEach(
        (clientId, rate) -> {
          Held held = before.get(clientId);
          next.put(
              clientId,
              held != null && held.rate().equals(rate)
                  ? held
                  : new Held(rate, new TokenBucket(rate, nanoClock.getAsLong())));
        });
    callers = Map.copyOf(next);
  }

  /** Sends these callers away until they are no longer named. */
  public void suspend(Set<String> clientIds) {
    suspended = Set.copyOf(clientIds);
  }

  /**
   * Lets a request of a known caller in, or says how long it must wait.
   *
   * @param counts whether it is of those that the node's rate is for
   * @return 0, or nanoseconds
   */
  public long known(String clientId, boolean counts) {
    Set<String> away = suspended;
    if (!away.isEmpty() && away.contains(clientId)) {
      return refused(Cause.SCAN, SUSPENDED_NANOS);
    }
    Map<String, Held> held = callers;
    TokenBucket all = counts ? node : null;
    if (held.isEmpty() && all == null) {
      return 0;
    }
    Held own = held.get(clientId);
    if (own == null && all == null) {
      return 0;
    }
    long now = nanoClock.getAsLong();
    long wait = own == null ? 0 : own.bucket().tryTake(now);
    if (wait > 0) {
      return refused(Cause.CALLER, wait);
    }
    wait = all == null ? 0 : all.tryTake(now);
    return wait > 0 ? refused(Cause.NODE, wait) : 0;
  }

  /**
   * Takes note that somebody did not prove who he is.
   *
   * @param network that he comes from
   * @return 0, or nanoseconds that he must wait
   */
  public long failed(String network) {
    if (strangers == null) {
      return 0;
    }
    long now = nanoClock.getAsLong();
    TokenBucket bucket = networks.get(network, none -> new TokenBucket(strangers, now));
    long wait = bucket.tryTake(now);
    return wait > 0 ? refused(Cause.STRANGERS, wait) : 0;
  }

  private long refused(Cause cause, long wait) {
    LongAdder counter = counts.get(cause);
    if (counter != null) {
      counter.increment();
    }
    return wait;
  }

  /** How many requests were too many, by a cause. */
  public long refused(Cause cause) {
    LongAdder counter = counts.get(cause);
    return counter == null ? 0 : counter.sum();
  }

  /** Of how many networks is remembered that they failed. */
  long networks() {
    networks.cleanUp();
    return networks.estimatedSize();
  }
}
