package dev.rescind.platform.config;

import dev.rescind.platform.sign.SigningKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A key by which introspectors sign answers (RFC 9701); its public half is published as long as it
 * stands here.
 *
 * @param kid absent: its RFC 7638 thumbprint
 * @param privateKey PKCS #8 in PEM
 * @param alg absent: RS256, ES256, ES384, ES512 or EdDSA, by the kind of key
 * @param useFrom RFC 3339; before it, it signs nothing
 * @param retireAt RFC 3339; from then on, it signs nothing
 */
public record SigningKeyConfig(
    @Nullable String kid,
    Secret privateKey,
    @Nullable String alg,
    @Nullable String useFrom,
    @Nullable String retireAt) {
  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public SigningKeyConfig {
    boolean isKey = privateKey != null && SigningKey.isKey(privateKey.reveal());
    Check check =
        new Check()
            .that(privateKey != null, "private_key", "must be given")
            .that(
                privateKey == null || isKey,
                "private_key",
                "must be PKCS #8 in PEM (-----BEGIN PRIVATE KEY-----): RSA of 2048 to 4096 bits,"
                    + " P-256, P-384, P-521 or Ed25519")
            .that(
                !isKey
                    || SigningKey.read(privateKey.reveal(), kid, alg, life(null, null)).isPresent(),
                "alg",
                "must be of the kind of the key: RS256, RS384, RS512, PS256, PS384, PS512; ES256,"
                    + " ES384, ES512; EdDSA, Ed25519")
            .that(isTime(useFrom), "use_from", "must be a time as of RFC 3339")
            .that(isTime(retireAt), "retire_at", "must be a time as of RFC 3339");
    if (kid != null) {
      check.id("kid", kid);
    }
    if (isTime(useFrom) && isTime(retireAt) && useFrom != null && retireAt != null) {
      check.that(time(useFrom).isBefore(time(retireAt)), "retire_at", "must be after use_from");
    }
    check.done();
  }

  SigningKey toKey() {
    return SigningKey.read(privateKey.reveal(), kid, alg, life(useFrom, retireAt)).orElseThrow();
  }

  private static SigningKey.Life life(@Nullable String useFrom, @Nullable String retireAt) {
    return new SigningKey.Life(
        useFrom == null ? null : time(useFrom), retireAt == null ? null : time(retireAt));
  }

  private static boolean isTime(@Nullable String text) {
    try {
      return text == null || time(text).getEpochSecond() >= 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
