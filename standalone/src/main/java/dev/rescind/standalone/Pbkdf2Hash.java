package dev.rescind.standalone;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A secret as a PHC string of PBKDF2-HMAC-SHA-256, as {@link
 * dev.rescind.platform.identity.SecretHash} reads it.
 */
final class Pbkdf2Hash {
  /** Few, for what is hashed has 256 random bits: no dictionary holds it. */
  private static final int ITERATIONS = 10_000;

  private static final int BYTES = 32;
  private static final int SALT_BYTES = 16;

  private Pbkdf2Hash() {}

  static String of(String secret) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    try {
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(secret.toCharArray(), salt, ITERATIONS, BYTES * 8))
              .getEncoded();
      Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
      return "$pbkdf2-sha256$i="
          + ITERATIONS
          + "$"
          + base64.encodeToString(salt)
          + "$"
          + base64.encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no PBKDF2 with HMAC-SHA-256", e);
    }
  }
}
