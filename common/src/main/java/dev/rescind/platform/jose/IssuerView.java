package dev.rescind.platform.jose;

import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The issuers as one configuration has them: what is asked of one view is of one configuration,
 * whatever is loaded meanwhile.
 */
public final class IssuerView {
  private final long number;
  private final Map<String, IssuerKeys> issuers;
  private final JwtVerifier verifier;
  private final Fingerprint policy;

  /**
   * @param number by which the view is told from all others that this process had
   */
  IssuerView(long number, Map<String, IssuerKeys> issuers) {
    this.number = number;
    this.issuers = Collections.unmodifiableMap(new LinkedHashMap<>(issuers));
    verifier = new JwtVerifier(issuers);
    policy = Fingerprint.of(issuers.values().stream().map(IssuerKeys::config).toList().toString());
  }

  public long number() {
    return number;
  }

  /** A digest of how the issuers are configured, without their secrets. */
  public Fingerprint policy() {
    return policy;
  }

  public JwtVerifier verifier() {
    return verifier;
  }

  Collection<IssuerKeys> all() {
    return issuers.values();
  }

  @Nullable IssuerKeys find(String iss) {
    return issuers.get(iss);
  }

  /**
   * Tells an issuer's configuration from all others that it had in this process; 0 for one that is
   * not configured.
   */
  public long configurationOf(@Nullable String iss) {
    IssuerKeys keys = iss == null ? null : issuers.get(iss);
    return keys == null ? 0 : keys.number();
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
  public List<Issuers.Health> check() {
    return issuers.values().stream().map(IssuerKeys::health).toList();
  }
}
