package dev.rescind.credential;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one credential, immutable for ever: what a decision needs, typed, and what an
 * answer shows, already encoded.
 *
 * @param members the members of an active answer (RFC 7662 section 2.2) but {@code active}: the
 *     text of one JSON object
 */
public record Credential(
    CredentialType type,
    Fingerprint fingerprint,
    Names names,
    Validity validity,
    Binding binding,
    List<String> aud,
    String members) {

  public Credential {
    aud = List.copyOf(aud);
  }

  /** The names by which a revocation may mean a credential, each under its registered name. */
  public record Names(
      @Nullable String iss,
      @Nullable String sub,
      @Nullable String clientId,
      @Nullable String jti,
      @Nullable String sid,
      @Nullable String grantId) {}

  /** Times in seconds since the epoch; absent ones do not limit. */
  public record Validity(@Nullable Long iat, @Nullable Long nbf, @Nullable Long exp) {

    /** Whether the credential is within its times, give or take {@code skew} seconds. */
    public boolean includes(long now, long skew) {
      return (exp == null || now < exp + skew) && (nbf == null || now >= nbf - skew);
    }
  }

  /**
   * The key material and the registrant behind a credential.
   *
   * @param jkt the RFC 7638 thumbprint of the key that verified a JWT
   * @param kid the {@code kid} under which that key was used
   * @param x5tS256 the SHA-256 thumbprint of a certificate (RFC 8705)
   * @param registeredBy the identity that registered the credential
   * @param digest of the whole text, where a JWT was registered: see {@link PresentedToken#digest}
   */
  public record Binding(
      @Nullable String jkt,
      @Nullable String kid,
      @Nullable String x5tS256,
      @Nullable String registeredBy,
      @Nullable Fingerprint digest) {
    public static final Binding NONE = new Binding(null, null, null, null, null);
  }

  @Override
  public String toString() {
    return "Credential[" + type.wireName() + " " + fingerprint + "]";
  }
}
