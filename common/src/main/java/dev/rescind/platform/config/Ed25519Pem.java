package dev.rescind.platform.config;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ed25519 keys (RFC 8410) as {@code openssl} writes them, in PEM (RFC 7468). */
final class Ed25519Pem {
  private static final Pattern PEM =
      Pattern.compile("\\s*-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----\\s*");

  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  /**
   * The y of all points of small order, under which anybody can make signatures; the last two of
   * order eight.
   */
  private static final List<BigInteger> SMALL_ORDER =
      List.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          P.subtract(BigInteger.ONE),
          new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7", 16),
          new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16));

  private Ed25519Pem() {}

  /**
   * The public key that a {@code PUBLIC KEY} holds; empty where it is none, or is worth nothing.
   */
  static Optional<PublicKey> publicKey(String pem) {
    return content(pem, "PUBLIC KEY")
        .flatMap(
            bytes -> {
              try {
                PublicKey key =
                    KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(bytes));
                return key instanceof EdECPublicKey point
                        && SMALL_ORDER.contains(point.getPoint().getY().mod(P))
                    ? Optional.empty()
                    : Optional.of(key);
              } catch (GeneralSecurityException e) {
                return Optional.empty();
              }
            });
  }

  /** The private key that a {@code PRIVATE KEY} (PKCS #8) holds; empty where it is none. */
  static Optional<PrivateKey> privateKey(String pem) {
    return content(pem, "PRIVATE KEY")
        .flatMap(
            bytes -> {
              try {
                return Optional.of(
                    KeyFactory.getInstance("Ed25519")
                        .generatePrivate(new PKCS8EncodedKeySpec(bytes)));
              } catch (GeneralSecurityException e) {
                return Optional.empty();
              }
            });
  }

  private static Optional<byte[]> content(String pem, String label) {
    Matcher matcher = PEM.matcher(pem);
    if (!matcher.matches() || !matcher.group(1).equals(label)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(matcher.group(2).replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
