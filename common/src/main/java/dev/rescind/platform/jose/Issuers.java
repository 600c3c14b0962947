package dev.rescind.platform.jose;

import dev.rescind.credential.Credential;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The issuers that are configured, their keys, and the verifier of their JWTs. Another
 * configuration can take the place of the first: an issuer that it does not change keeps its keys,
 * and every issuer keeps the history of its keys, also one that is gone for a while.
 */
public final class Issuers {
  private static final Duration FETCH_LIMIT = Duration.ofSeconds(5);

  /** Of so many issuers that are gone the history is kept, should they come back. */
  private static final int MAX_GONE = 100;

  /**
   * How one issuer's keys stand.
   *
   * @param fresh whether its tokens can be decided on
   * @param age since the last good fetch began; null where there was none, or none is needed
   * @param failure why the last fetch failed; null where it did not
   */
  public record Health(
      String iss, boolean fresh, int keys, @Nullable Duration age, @Nullable String failure) {}

  private final Vertx vertx;
  private final LongSupplier nanoClock;
  private final BoundedGet http;
  private volatile IssuerView view;

  // Guarded by this.
  private final Map<String, KeyHistory> gone = new LinkedHashMap<>();
  private long numbers;
  private boolean started;
  private boolean closed;

  /**
   * @param nanoClock monotonic, as {@link System#nanoTime}
   * @param privateAddresses from which keys may come
   * @throws IllegalArgumentException where an issuer is configured twice
   */
  public Issuers(
      Vertx vertx,
      List<IssuerConfig> configs,
      LongSupplier nanoClock,
      PrivateAddresses privateAddresses) {
    this(vertx, configs, nanoClock, new BoundedGet(vertx, FETCH_LIMIT, privateAddresses));
  }

  Issuers(Vertx vertx, List<IssuerConfig> configs, LongSupplier nanoClock, BoundedGet http) {
    this.vertx = vertx;
    this.nanoClock = nanoClock;
    this.http = http;
    view = new IssuerView(0, Map.of());
    configure(configs);
  }

  /**
   * Puts another configuration into force, at once: an issuer that is gone is foreign, and one that
   * is new, or has its keys elsewhere, undecided until they were fetched.
   *
   * @throws IllegalArgumentException where an issuer is configured twice; nothing is changed then
   */
  public synchronized void configure(List<IssuerConfig> configs) {
    if (closed) {
      return;
    }
    IssuerView before = view;
    Map<String, IssuerKeys> next = new LinkedHashMap<>();
    List<IssuerKeys> added = new ArrayList<>();
    for (IssuerConfig config : configs) {
      IssuerKeys present = before.find(config.iss());
      IssuerKeys keys = present;
      if (present == null || !present.config().equals(config)) {
        keys = made(config, present);
        added.add(keys);
      }
      if (next.put(config.iss(), keys) != null) {
        throw new IllegalArgumentException("issuers holds iss twice: " + config.iss());
      }
    }
    view = new IssuerView(++numbers, next);
    for (IssuerKeys keys : before.all()) {
      if (next.get(keys.config().iss()) != keys) {
        keys.close();
      }
      if (!next.containsKey(keys.config().iss())) {
        gone.put(keys.config().iss(), keys.history());
      }
    }
    gone.keySet().removeAll(next.keySet());
    var eldest = gone.values().iterator();
    for (int excess = gone.size() - MAX_GONE; excess > 0; excess--) {
      eldest.next();
      eldest.remove();
    }
    if (started) {
      added.forEach(IssuerKeys::start);
    }
  }

  private IssuerKeys made(IssuerConfig config, @Nullable IssuerKeys present) {
    long number = ++numbers;
    KeyHistory remembered = gone.get(config.iss());
    IssuerKeys.Start start =
        present != null
            ? present.successor(config, number)
            : new IssuerKeys.Start(
                number, remembered == null ? new KeyHistory() : remembered, null);
    return new IssuerKeys(config, vertx, source(vertx, config), nanoClock, start);
  }

  private @Nullable KeySource source(Vertx vertx, IssuerConfig config) {
    IssuerConfig.Keys keys = config.keys();
    if (keys.jwksUri() != null) {
      return new UrlKeys(http, keys.jwksUri());
    }
    if (keys.jwksFile() != null) {
      return new FileKeys(vertx, Path.of(keys.jwksFile()));
    }
    return keys.discovery() ? new DiscoveredKeys(http, config.iss(), keys.allowHttp()) : null;
  }

  /** The issuers as they are configured now. */
  public IssuerView view() {
    return view;
  }

  public JwtVerifier verifier() {
    return view.verifier();
  }

  public boolean isConfigured(String iss) {
    return view.isConfigured(iss);
  }

  /** As {@link IssuerView#thumbprints}. */
  public Set<String> thumbprints(String iss, String kid) {
    return view.thumbprints(iss, kid);
  }

  /** As {@link IssuerView#kids}. */
  public Set<String> kids(String iss, String jkt) {
    return view.kids(iss, jkt);
  }

  /** As {@link IssuerView#clockSkewSeconds}. */
  public long clockSkewSeconds(String iss) {
    return view.clockSkewSeconds(iss);
  }

  /** As {@link IssuerView#maxLifetimeSeconds}. */
  public OptionalLong maxLifetimeSeconds(String iss) {
    return view.maxLifetimeSeconds(iss);
  }

  /** As {@link IssuerView#allowsLifetime}. */
  public boolean allowsLifetime(Credential registered) {
    return view.allowsLifetime(registered);
  }

  /** How each issuer's keys stand, in the order of the configuration. */
  public List<Health> check() {
    return view.check();
  }

  /** Begins to fetch keys; complete after the first attempt for each issuer, however it went. */
  public synchronized Future<Void> start() {
    started = true;
    return Future.join(view.all().stream().map(IssuerKeys::start).toList()).mapEmpty();
  }

  /** Fetches all keys now, or joins the fetches under way. */
  public Future<Void> refresh() {
    return Future.join(view.all().stream().map(IssuerKeys::fetch).toList()).mapEmpty();
  }

  /** Reads the keys again that are in files. */
  public Future<Void> refreshFiles() {
    return Future.join(
            view.all().stream()
                .filter(keys -> keys.config().keys().jwksFile() != null)
                .map(IssuerKeys::fetch)
                .toList())
        .mapEmpty();
  }

  public synchronized Future<Void> close() {
    closed = true;
    view.all().forEach(IssuerKeys::close);
    return http.close();
  }
}
