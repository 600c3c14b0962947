package dev.rescind.platform.jose;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One issuer whose JWTs are verified. What is left out (null) takes its default from {@link
 * Defaults}; what contradicts itself is an {@link IllegalArgumentException} that names the key.
 *
 * @param iss the exact value of the {@code iss} claim
 * @param keys where its keys come from
 * @param accept which of its tokens are accepted
 */
public record IssuerConfig(String iss, Keys keys, Accept accept) {

  /** Every default, in one place. */
  static final class Defaults {
    static final List<String> ALGS = List.of("RS256", "ES256", "EdDSA", "Ed25519");
    static final List<String> HMAC_ALGS = List.of("HS256");
    static final List<String> TYP = List.of("at+jwt", "JWT");

    /**
     * Types of JWTs that are no credential for a resource, whoever signed them: RFC 8417, OpenID
     * Connect Back-Channel Logout, RFC 9701, RFC 9449, RFC 7523bis, RFC 9101, and others of IANA's
     * registry.
     */
    static final Set<String> NEVER_ACCESS =
        Set.of(
            "id+jwt",
            "id_token+jwt",
            "secevent+jwt",
            "logout+jwt",
            "token-introspection+jwt",
            "dpop+jwt",
            "client-authentication+jwt",
            "authorization-grant+jwt",
            "oauth-authz-req+jwt",
            "userinfo+jwt",
            "statuslist+jwt",
            "kb+jwt",
            "entity-statement+jwt",
            "jwk-set+jwt",
            "jose",
            "jose+json");
    static final Duration CLOCK_SKEW = Duration.ofSeconds(5);
    static final Duration REFRESH_INTERVAL = Duration.ofMinutes(5);
    static final Duration MAX_AGE = Duration.ofHours(1);

    private Defaults() {}
  }

  @SuppressWarnings("ConstantValue") // a binder passes null for what is absent
  public IssuerConfig {
    require(iss != null && !iss.isEmpty(), "iss", "must be given");
    require(keys != null, "keys", "must be given");
    boolean hmac = keys.hmacSecret() != null;
    accept = accept == null ? Accept.defaults() : accept;
    if (accept.algs().isEmpty()) {
      accept = accept.withAlgs(hmac ? Defaults.HMAC_ALGS : Defaults.ALGS);
    }
    for (String name : accept.algs()) {
      Alg alg = Alg.parse(name).orElseThrow();
      require(
          (alg.family() == Alg.Family.HMAC) == hmac,
          "accept.algs",
          hmac ? "holds only HS algorithms with hmac_secret" : "needs hmac_secret for " + name);
      if (hmac) {
        require(
            keys.secretBytes().length >= alg.minSecretBytes(),
            "keys.hmac_secret",
            "must have at least " + alg.minSecretBytes() + " bytes for " + name);
      }
    }
    if (keys.discovery()) {
      require(HttpUrl.isAllowed(iss, keys.allowHttp()), "iss", HttpUrl.EXPECTED);
    }
  }

  /** An issuer of which everything else is left at its default. */
  public static IssuerConfig of(String iss, Keys keys) {
    return new IssuerConfig(iss, keys, Accept.defaults());
  }

  /**
   * Where an issuer's keys come from: exactly one of the first four.
   *
   * @param jwksUri URL of a JWK Set (RFC 7517 section 5): https, or a loopback host
   * @param discovery whether the URL is found in the issuer's metadata (OpenID Connect Discovery,
   *     RFC 8414)
   * @param jwksFile path of a file with a JWK Set
   * @param hmacSecret a shared secret, its UTF-8 bytes
   * @param allowHttp whether keys may come over plain http from any host: default false
   * @param refreshInterval how often keys are fetched
   * @param maxAge the age at which keys that could not be fetched anew are no longer trusted
   */
  public record Keys(
      @Nullable String jwksUri,
      boolean discovery,
      @Nullable String jwksFile,
      @Nullable String hmacSecret,
      boolean allowHttp,
      Duration refreshInterval,
      Duration maxAge) {

    @SuppressWarnings("ConstantValue")
    public Keys {
      int sources =
          (jwksUri != null ? 1 : 0)
              + (discovery ? 1 : 0)
              + (jwksFile != null ? 1 : 0)
              + (hmacSecret != null ? 1 : 0);
      require(
          sources == 1, "keys", "needs exactly one of jwks_uri, discovery, jwks_file, hmac_secret");
      require(
          jwksUri == null || HttpUrl.isAllowed(jwksUri, allowHttp),
          "keys.jwks_uri",
          HttpUrl.EXPECTED);
      refreshInterval = refreshInterval == null ? Defaults.REFRESH_INTERVAL : refreshInterval;
      maxAge = maxAge == null ? Defaults.MAX_AGE : maxAge;
      require(
          refreshInterval.compareTo(Duration.ofSeconds(1)) >= 0,
          "keys.refresh_interval",
          "must be at least 1 s");
      require(
          maxAge.compareTo(refreshInterval) > 0,
          "keys.max_age",
          "must be longer than refresh_interval");
      require(
          maxAge.compareTo(Duration.ofDays(30)) <= 0, "keys.max_age", "must be at most 30 days");
    }

    public static Keys atUri(String jwksUri) {
      return of(jwksUri, false, null, null);
    }

    public static Keys discovered() {
      return of(null, true, null, null);
    }

    public static Keys inFile(String path) {
      return of(null, false, path, null);
    }

    public static Keys secret(String secret) {
      return of(null, false, null, secret);
    }

    private static Keys of(
        @Nullable String uri, boolean discovery, @Nullable String file, @Nullable String secret) {
      return new Keys(
          uri, discovery, file, secret, false, Defaults.REFRESH_INTERVAL, Defaults.MAX_AGE);
    }

    byte[] secretBytes() {
      return hmacSecret == null ? new byte[0] : hmacSecret.getBytes(StandardCharsets.UTF_8);
    }

    /** Shows all but the secret. */
    @Override
    public String toString() {
      return "Keys[jwksUri="
          + jwksUri
          + ", discovery="
          + discovery
          + ", jwksFile="
          + jwksFile
          + ", hmacSecret="
          + (hmacSecret == null ? "null" : "***")
          + ", allowHttp="
          + allowHttp
          + ", refreshInterval="
          + refreshInterval
          + ", maxAge="
          + maxAge
          + "]";
    }
  }

  /**
   * Which tokens of an issuer are accepted.
   *
   * @param algs the {@code alg} values allowed; empty: RS256, ES256, EdDSA and Ed25519, or HS256
   *     with a secret
   * @param typ the {@code typ} values allowed, compared without case and without {@code
   *     application/}; a token without {@code typ} counts as {@code JWT}
   * @param audiences of which a token must have one; empty: any
   * @param clockSkew by which clocks may differ, 0 to 300 s
   * @param maxLifetime of a token, from {@code iat} to {@code exp}, which must then be there; null:
   *     any
   */
  public record Accept(
      List<String> algs,
      List<String> typ,
      List<String> audiences,
      Duration clockSkew,
      @Nullable Duration maxLifetime) {

    @SuppressWarnings("ConstantValue")
    public Accept {
      algs = algs == null ? List.of() : List.copyOf(algs);
      typ = typ == null || typ.isEmpty() ? Defaults.TYP : List.copyOf(typ);
      audiences = audiences == null ? List.of() : List.copyOf(audiences);
      clockSkew = clockSkew == null ? Defaults.CLOCK_SKEW : clockSkew;
      for (String alg : algs) {
        require(Alg.parse(alg).isPresent(), "accept.algs", "holds an unknown algorithm: " + alg);
      }
      require(
          !clockSkew.isNegative() && clockSkew.compareTo(Duration.ofMinutes(5)) <= 0,
          "accept.clock_skew",
          "must be 0 to 300 s");
      require(
          maxLifetime == null || maxLifetime.compareTo(Duration.ofSeconds(1)) >= 0,
          "accept.max_lifetime",
          "must be at least 1 s");
    }

    public static Accept defaults() {
      return new Accept(List.of(), Defaults.TYP, List.of(), Defaults.CLOCK_SKEW, null);
    }

    public Accept withAlgs(List<String> names) {
      return new Accept(names, typ, audiences, clockSkew, maxLifetime);
    }

    /** Whether a header's {@code typ}, or the want of one, is among those accepted. */
    boolean acceptsTyp(@Nullable String given) {
      String wanted = mediaType(given == null ? "JWT" : given);
      return typ.stream().anyMatch(one -> mediaType(one).equals(wanted));
    }

    /** Whether a {@code typ} is that of something which is never an access token. */
    public static boolean isNeverAccess(String typ) {
      return Defaults.NEVER_ACCESS.contains(mediaType(typ));
    }

    private static String mediaType(String typ) {
      String lower = typ.toLowerCase(Locale.ROOT);
      return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
    }
  }

  private static void require(boolean condition, String key, String message) {
    if (!condition) {
      throw new IllegalArgumentException(key + " " + message);
    }
  }
}
