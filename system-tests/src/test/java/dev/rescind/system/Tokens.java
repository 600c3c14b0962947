package dev.rescind.system;

import java.security.SecureRandom;
import java.util.Base64;

/** Opaque tokens. */
final class Tokens {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Tokens() {}

  /** A new one, of 256 random bits. */
  static String opaque() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
