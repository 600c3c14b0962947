package dev.rescind.platform.sign;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Private keys in PEM, made for a test. */
final class Pem {
  private Pem() {}

  static String rsa(int bits) throws GeneralSecurityException {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(bits);
    return of(keys);
  }

  static String ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec(curve));
    return of(keys);
  }

  static String of(String algorithm) throws GeneralSecurityException {
    return of(KeyPairGenerator.getInstance(algorithm));
  }

  private static String of(KeyPairGenerator keys) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(keys.generateKeyPair().getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }
}
