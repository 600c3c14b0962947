package dev.rescind.platform.jose;

import dev.rescind.credential.Credential;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The issuers that are configured, their keys, and the verifier of their JWTs. */
public final class Issuers {
  private static final Duration FETCH_LIMIT = Duration.ofSeconds(5);

  /**
   * How one issuer's keys stand.
   *
   * @param fresh whether its tokens can be decided on
   * @param age since the last good fetch began; null where there was none, or none is needed
   * @param failure why the last fetch failed; null where it did not
   */
  public record Health(
      String iss, boolean fresh, int keys, @Nullable Duration age, @Nullable String failure) {}

  private final Map<String, IssuerKeys> issuers = new LinkedHashMap<>();
  private final BoundedGet http;
  private final JwtVerifier verifier;

  /**
   * @param nanoClock monotonic, as {@link System#nanoTime}
   * @throws IllegalArgumentException where an issuer is configured twice
   */
  public Issuers(Vertx vertx, List<IssuerConfig> configs, LongSupplier nanoClock) {
    this(vertx, configs, nanoClock, FETCH_LIMIT);
  }

  Issuers(Vertx vertx, List<IssuerConfig> configs, LongSupplier nanoClock, Duration fetchLimit) {
    http = new BoundedGet(vertx, fetchLimit);
    for (IssuerConfig config : configs) {
      IssuerKeys keys = new IssuerKeys(config, vertx, source(vertx, config), nanoClock);
      if (issuers.put(config.iss(), keys) != null) {
        throw new IllegalArgumentException("issuers holds iss twice: " + config.iss());
      }
    }
    verifier = new JwtVerifier(issuers);
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

  public JwtVerifier verifier() {
    return verifier;
  }

  public boolean isConfigured(String iss) {
    return issuers.containsKey(iss);
  }

  /** The thumbprints of all material ever seen under a name. */
  public Set<String> thumbprints(String iss, String kid) {
    IssuerKeys keys = issuers.get(iss);
    return keys == null ? Set.of() : keys.history().thumbprints(kid);
  }

  /** All names under which material was ever seen. */
  public Set<String> kids(String iss, String jkt) {
    IssuerKeys keys = issuers.get(iss);
    return keys == null ? Set.of() : keys.history().kids(jkt);
  }

  /**
   * Whether key material is among the issuer's present keys: a credential that it verified earlier
   * counts only while it is.
   *
   * @param jkt its RFC 7638 thumbprint; null for the issuer's shared secret
   */
  public boolean isCurrent(String iss, @Nullable String jkt) {
    IssuerKeys keys = issuers.get(iss);
    return keys != null && keys.isCurrent(jkt);
  }

  /** By how many seconds an issuer's clock may differ; 0 for one that is not configured. */
  public long clockSkewSeconds(String iss) {
    IssuerKeys keys = issuers.get(iss);
    return keys == null ? 0 : keys.config().accept().clockSkew().toSeconds();
  }

  /**
   * The longest that a credential of an issuer lives, from {@code iat} to {@code exp}, in seconds;
   * empty where that is not configured.
   */
  public OptionalLong maxLifetimeSeconds(String iss) {
    IssuerKeys keys = issuers.get(iss);
    Duration max = keys == null ? null : keys.config().accept().maxLifetime();
    return max == null ? OptionalLong.empty() : OptionalLong.of(max.toSeconds());
  }

  /**
   * Whether what was registered lives no longer than its issuer's credentials may, give or take the
   * skew. JWTs are held to it when they are verified.
   */
  public boolean allowsLifetime(Credential registered) {
    String iss = registered.names().iss();
    OptionalLong max = iss == null ? OptionalLong.empty() : maxLifetimeSeconds(iss);
    if (iss == null || max.isEmpty()) {
      return true;
    }
    Long iat = registered.validity().iat();
    Long exp = registered.validity().exp();
    return iat != null && exp != null && exp - iat <= max.getAsLong() + clockSkewSeconds(iss);
  }

  /** Whether the issuer's keys are young enough to decide by. */
  public boolean isFresh(String iss) {
    IssuerKeys keys = issuers.get(iss);
    return keys != null && keys.fresh() != null;
  }

  /** How each issuer's keys stand, in the order of the configuration. */
  public List<Health> check() {
    return issuers.values().stream().map(IssuerKeys::health).toList();
  }

  /** Begins to fetch keys; complete after the first attempt for each issuer, however it went. */
  public Future<Void> start() {
    return Future.join(issuers.values().stream().map(IssuerKeys::start).toList()).mapEmpty();
  }

  /** Fetches all keys now, or joins the fetches under way. */
  public Future<Void> refresh() {
    return Future.join(issuers.values().stream().map(IssuerKeys::fetch).toList()).mapEmpty();
  }

  public Future<Void> close() {
    issuers.values().forEach(IssuerKeys::close);
    return http.close();
  }
}
