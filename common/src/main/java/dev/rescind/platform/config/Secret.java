package dev.rescind.platform.config;

import dev.rescind.credential.Base64Url;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A text that is never shown. */
public final class Secret {
  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  public static Secret of(String text) {
    return new Secret(text);
  }

  public String reveal() {
    return text;
  }

  /**
   * The bytes that the text spells in base64url without padding.
   *
   * @throws IllegalArgumentException where it does not; the message does not show it
   */
  public byte[] bytes() {
    return Base64Url.decode(text)
        .orElseThrow(() -> new IllegalArgumentException("must be base64url without padding"));
  }

  /** Whether the bytes are not all the same. */
  static boolean isVaried(byte[] bytes) {
    for (byte one : bytes) {
      if (one != bytes[0]) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return 0; // says nothing of the text
  }

  @Override
  public String toString() {
    return "***";
  }
}
