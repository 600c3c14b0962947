package dev.rescind.platform.config;

import dev.rescind.platform.identity.ClientAssertions;
import dev.rescind.platform.jose.ClientKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a caller signs its assertions (RFC 7523): with a key of which the public half is in exactly
 * one of the first three, or with a secret.
 *
 * @param jwksJson the text of a JWK Set
 * @param jwksFile path of a file with one
 * @param jwksUri URL of one: https, or a loopback host
 * @param allowHttp whether it may be plain http on any host
 * @param secrets any of which may have signed: several while one is replaced
 * @param algs empty: all that the kind of key allows
 * @param maxLifetime how far ahead {@code exp} may be
 * @param legacyAudience whether {@code aud} may be the endpoint's URL too, or an array
 */
public record AssertionConfig(
    @Nullable String jwksJson,
    @Nullable String jwksFile,
    @Nullable String jwksUri,
    boolean allowHttp,
    List<Secret> secrets,
    List<String> algs,
    @Default("5m") Duration maxLifetime,
    boolean legacyAudience) {
  private static final List<String> ASYMMETRIC =
      List.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
          "Ed25519");
  private static final Duration LONGEST = Duration.ofMinutes(30);

  public AssertionConfig {
    int sources =
        (jwksJson != null ? 1 : 0)
            + (jwksFile != null ? 1 : 0)
            + (jwksUri != null ? 1 : 0)
            + (secrets.isEmpty() ? 0 : 1);
    Check check =
        new Check()
            .that(
                sources == 1,
                "assertion",
                "needs exactly one of jwks_json, jwks_file, jwks_uri, secrets")
            .that(
                jwksJson == null || ClientKeys.isUsable(new ClientKeys.Source.Inline(jwksJson)),
                "jwks_json",
                "must be a JWK Set with a key that can be used (RSA 2048 to 4096 bits, P-256, P-384,"
                    + " P-521, Ed25519)")
            .that(
                jwksUri == null || ClientKeys.isAllowed(jwksUri, allowHttp),
                "jwks_uri",
                "must be an https URL, or http on a loopback host")
            .that(
                maxLifetime.compareTo(Duration.ofSeconds(10)) >= 0
                    && maxLifetime.compareTo(LONGEST) <= 0,
                "max_lifetime",
                "must be 10s to 30m");
    List<String> possible = secrets.isEmpty() ? ASYMMETRIC : List.of("HS256", "HS384", "HS512");
    for (int i = 0; i < algs.size(); i++) {
      check.that(
          possible.contains(algs.get(i)),
          "algs[" + i + "]",
          "must be one of " + String.join(", ", possible));
    }
    int longestDigest =
        algs.contains("HS512") ? 64 : algs.contains("HS384") ? 48 : 32; // RFC 7518 section 3.2
    for (int i = 0; i < secrets.size(); i++) {
      byte[] bytes = secrets.get(i).reveal().getBytes(StandardCharsets.UTF_8);
      check
          .that(
              bytes.length >= longestDigest,
              "secrets[" + i + "]",
              "must have at least " + longestDigest + " bytes of UTF-8")
          .that(
              Secret.isVaried(bytes),
              "secrets[" + i + "]",
              "must be random, not one byte over and" + " over");
    }
    check.done();
    secrets = List.copyOf(secrets);
    algs = algs.isEmpty() ? (secrets.isEmpty() ? ASYMMETRIC : List.of("HS256")) : List.copyOf(algs);
  }

  /** The keys and the algorithms of the client with that identifier. */
  public ClientKeys.Client client(String clientId) {
    return new ClientKeys.Client(clientId, source(), algs, ClientAssertions.SKEW);
  }

  private ClientKeys.Source source() {
    if (jwksJson != null) {
      return new ClientKeys.Source.Inline(jwksJson);
    }
    if (jwksFile != null) {
      return new ClientKeys.Source.InFile(Path.of(jwksFile));
    }
    return jwksUri != null
        ? new ClientKeys.Source.AtUrl(jwksUri, allowHttp)
        : new ClientKeys.Source.Secrets(secrets.stream().map(Secret::reveal).toList());
  }
}
