package dev.rescind.platform.config;

import dev.rescind.credential.Base64Url;
import java.util.Optional;

/**
 * A secret key under a name that is not secret.
 *
 * @param secret base64url without padding; 32 bytes or more
 */
public record KeyConfig(String id, Secret secret) {
  private static final int MIN_BYTES = 32;

  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public KeyConfig {
    Check check = new Check().id("id", id).that(secret != null, "secret", "must be given");
    if (secret != null) {
      checkBytes(check, secret);
    }
    check.done();
  }

  /** Checks what every secret key must be, wherever it is configured as {@code secret}. */
  static void checkBytes(Check check, Secret secret) {
    Optional<byte[]> bytes = Base64Url.decode(secret.reveal());
    check
        .that(bytes.isPresent(), "secret", "must be base64url without padding")
        .that(
            bytes.isEmpty() || bytes.get().length >= MIN_BYTES,
            "secret",
            "must have at least 32 bytes")
        .that(
            bytes.isEmpty() || bytes.get().length < MIN_BYTES || Secret.isVaried(bytes.get()),
            "secret",
            "must be random, not one byte over and over");
  }
}
