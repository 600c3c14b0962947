package dev.rescind.platform.config;

import dev.rescind.platform.identity.SecretHash;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * One of a caller's secrets.
 *
 * @param secretHash bcrypt, argon2id or PBKDF2
 * @param expiresAt RFC 3339; from then on it proves nothing; absent: never
 */
public record SecretConfig(String secretHash, @Nullable String expiresAt) {
  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public SecretConfig {
    new Check()
        .that(secretHash != null, "secret_hash", "must be given")
        .that(secretHash == null || isHash(secretHash), "secret_hash", HASH)
        .that(
            expiresAt == null || time(expiresAt) != null,
            "expires_at",
            "must be a time of RFC 3339: 2027-01-31T00:00:00Z")
        .done();
  }

  static final String HASH =
      "must be a hash: bcrypt (cost 4 to 16), argon2id (v=19, up to 1 GiB) or PBKDF2"
          + " (pbkdf2-sha256 or -sha512, up to 10,000,000 iterations)";

  static boolean isHash(String text) {
    try {
      SecretHash.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static @Nullable Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** When it proves nothing any more; null: never. */
  public @Nullable Instant expiry() {
    return expiresAt == null ? null : time(expiresAt);
  }

  /** The hash is not shown. */
  @Override
  public String toString() {
    return "SecretConfig[expiresAt=" + expiresAt + "]";
  }
}
