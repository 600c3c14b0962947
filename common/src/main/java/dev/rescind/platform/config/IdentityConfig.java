package dev.rescind.platform.config;

import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.httpsig.SignatureKey;
import dev.rescind.platform.identity.AnswerPolicy;
import dev.rescind.platform.identity.ClientCertificates;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.identity.SecretHash;
import dev.rescind.platform.identity.StalePolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A caller.
 *
 * @param secretHashes bcrypt, argon2id or PBKDF2
 * @param audiences absent: sees all; empty: only what it registered
 * @param issuers absent: of all issuers
 * @param iss of what it registers without naming one
 * @param stalePolicy what it gets from a stale node
 * @param tlsClientAuth the name in its certificates, which an authority signed
 * @param selfSignedCertificates its certificates themselves, as {@code x5t#S256}
 * @param answers absent: what everybody is told
 * @param apiKeyHashes SHA-256 of its API keys, in hexadecimal
 * @param assertion how it signs assertions
 * @param bearer whose access tokens let it in
 * @param signatureKeys under which it signs requests
 * @param secrets with their ends; beside those of {@code secretHashes}, which have none
 * @param rate absent: that of all callers
 */
public record IdentityConfig(
    String clientId,
    List<String> secretHashes,
    List<String> rights,
    @Nullable List<String> audiences,
    @Nullable List<String> issuers,
    @Nullable String iss,
    @Default("refuse") String stalePolicy,
    @Nullable TlsClientAuthConfig tlsClientAuth,
    List<String> selfSignedCertificates,
    @Nullable CallerAnswersConfig answers,
    List<String> apiKeyHashes,
    @Nullable AssertionConfig assertion,
    @Nullable BearerConfig bearer,
    List<SignatureKeyConfig> signatureKeys,
    List<SecretConfig> secrets,
    @Nullable RateConfig rate) {
  /** So many at once: the one in use, and the one that takes its place. */
  private static final int MAX_SECRETS = 2;

  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public IdentityConfig {
    Check check =
        new Check()
            .that(clientId != null, "client_id", "must be given")
            .that(
                !secretHashes.isEmpty()
                    || !secrets.isEmpty()
                    || tlsClientAuth != null
                    || !selfSignedCertificates.isEmpty()
                    || !apiKeyHashes.isEmpty()
                    || assertion != null
                    || bearer != null
                    || !signatureKeys.isEmpty(),
                "secret_hashes",
                "must hold at least one hash, where nothing else lets the caller in")
            .that(
                secretHashes.size() + secrets.size() <= MAX_SECRETS,
                secrets.isEmpty() ? "secret_hashes" : "secrets",
                "must not make more than two secrets: one in use, one that replaces it")
            .that(
                iss == null || issuers == null || issuers.contains(iss),
                "iss",
                "must be among issuers")
            .that(
                StalePolicy.parse(stalePolicy).isPresent(),
                "stale_policy",
                "must be refuse or serve");
    for (int i = 0; i < secretHashes.size(); i++) {
      check.that(
          SecretConfig.isHash(secretHashes.get(i)), "secret_hashes[" + i + "]", SecretConfig.HASH);
    }
    for (int i = 0; i < apiKeyHashes.size(); i++) {
      check.that(
          apiKeyHashes.get(i).matches("[0-9a-f]{64}"),
          "api_key_hashes[" + i + "]",
          "must be SHA-256 in 64 hexadecimal digits, lower case");
    }
    for (int i = 0; i < selfSignedCertificates.size(); i++) {
      check.that(
          Fingerprint.parseThumbprint(selfSignedCertificates.get(i)).isPresent(),
          "self_signed_certificates[" + i + "]",
          "must be SHA-256 of a certificate in base64url: 43 characters");
    }
    for (int i = 0; i < rights.size(); i++) {
      check.that(Right.parse(rights.get(i)).isPresent(), "rights[" + i + "]", "is not a right");
    }
    check.done();
    secretHashes = List.copyOf(secretHashes);
    secrets = List.copyOf(secrets);
    apiKeyHashes = List.copyOf(apiKeyHashes);
    selfSignedCertificates = List.copyOf(selfSignedCertificates);
    signatureKeys = List.copyOf(signatureKeys);
    rights = List.copyOf(rights);
    audiences = audiences == null ? null : List.copyOf(audiences);
    issuers = issuers == null ? null : List.copyOf(issuers);
    identity(clientId, rights, new Identity.Limits(audiences, issuers, iss), stalePolicy);
  }

  /** The caller that is configured. */
  public Identity toIdentity() {
    return identity(clientId, rights, new Identity.Limits(audiences, issuers, iss), stalePolicy)
        .told(answers == null ? AnswerPolicy.PLAIN : answers.toPolicy(clientId));
  }

  private static Identity identity(
      String clientId, List<String> rights, Identity.Limits limits, String stalePolicy) {
    return Identity.parse(clientId, rights, limits, StalePolicy.parse(stalePolicy).orElseThrow());
  }

  /** The hashes of the secrets that prove it. */
  public List<SecretHash> hashes() {
    return Stream.concat(secretHashes.stream(), secrets.stream().map(SecretConfig::secretHash))
        .map(SecretHash::parse)
        .toList();
  }

  /** The digests of the API keys that prove it. */
  public List<Fingerprint> apiKeyDigests() {
    return apiKeyHashes.stream()
        .map(hash -> Fingerprint.ofDigest(HexFormat.of().parseHex(hash)))
        .toList();
  }

  /**
   * What its certificates are known by; null where it has none.
   *
   * @throws IllegalArgumentException where its authorities are not to be read
   */
  public ClientCertificates.@Nullable Owner certificates() {
    return tlsClientAuth == null && selfSignedCertificates.isEmpty()
        ? null
        : new ClientCertificates.Owner(
            toIdentity(),
            tlsClientAuth == null
                ? null
                : new ClientCertificates.Issued(
                    tlsClientAuth.toName(), tlsClientAuth.authorities()),
            selfSignedCertificates.stream()
                .map(text -> Fingerprint.parseThumbprint(text).orElseThrow())
                .toList());
  }

  /** The keys under which it signs requests. */
  public List<SignatureKey> requestKeys() {
    return signatureKeys.stream().map(SignatureKeyConfig::toKey).toList();
  }

  /** When those of its secrets prove nothing any more that have an end. */
  public Map<SecretHash, Instant> expiries() {
    Map<SecretHash, Instant> expiries = new HashMap<>();
    for (SecretConfig secret : secrets) {
      Instant expiry = secret.expiry();
      if (expiry != null) {
        expiries.merge(SecretHash.parse(secret.secretHash()), expiry, IdentityConfig::earlier);
      }
    }
    return expiries;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  /** When the first of its secrets proves nothing any more; null where none has an end. */
  public @Nullable Instant firstExpiry() {
    return expiries().values().stream().min(Instant::compareTo).orElse(null);
  }

  /** Hashes are not shown. */
  @Override
  public String toString() {
    return "IdentityConfig[" + clientId + "]";
  }
}
