package dev.rescind.platform.config;

/**
 * A secret key under a name that is not secret.
 *
 * @param secret base64url without padding
 */
public record KeyConfig(String id, Secret secret) {
  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public KeyConfig {
    Require.that(
        id != null && id.matches("[A-Za-z0-9._-]{1,64}"),
        "id",
        "must have 1 to 64 of A-Z a-z 0-9 . _ -");
    Require.that(secret != null, "secret", "must be given");
    int bytes;
    try {
      bytes = secret.bytes().length;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("secret must be base64url without padding");
    }
    Require.that(bytes >= 32, "secret", "must have at least 32 bytes");
  }
}
