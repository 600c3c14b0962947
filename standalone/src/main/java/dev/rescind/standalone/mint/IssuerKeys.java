package dev.rescind.standalone.mint;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.text.ParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The demo issuer's three key pairs: RSA of 2048 bits, P-256 and Ed25519. Their {@code kid}s are
 * the algorithm and the beginning of the RFC 7638 thumbprint.
 */
public final class IssuerKeys {
  private static final byte[] ED25519_PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");
  private static final int ED25519_LENGTH = 32;

  /** A key to sign with. */
  record Signer(String kid, PrivateKey key) {}

  private final JWKSet jwks;
  private final Signer rsa;
  private final Signer ec;
  private final Signer ed25519;

  private IssuerKeys(RSAKey rsa, ECKey ec, OctetKeyPair ed25519)
      throws JOSEException, GeneralSecurityException {
    this.jwks = new JWKSet(List.of(rsa, ec, ed25519));
    this.rsa = new Signer(rsa.getKeyID(), rsa.toPrivateKey());
    this.ec = new Signer(ec.getKeyID(), ec.toPrivateKey());
    this.ed25519 = new Signer(ed25519.getKeyID(), ed25519PrivateKey(ed25519));
  }

  public static IssuerKeys generate() {
    try {
      KeyPair rsaPair = pair("RSA", 2048);
      RSAKey rsa =
          new RSAKey.Builder((RSAPublicKey) rsaPair.getPublic())
              .privateKey(rsaPair.getPrivate())
              .algorithm(JWSAlgorithm.RS256)
              .keyUse(KeyUse.SIGNATURE)
              .build();
      KeyPair ecPair = pair("EC", 256);
      ECKey ec =
          new ECKey.Builder(Curve.P_256, (ECPublicKey) ecPair.getPublic())
              .privateKey(ecPair.getPrivate())
              .algorithm(JWSAlgorithm.ES256)
              .keyUse(KeyUse.SIGNATURE)
              .build();
      KeyPair edPair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      OctetKeyPair ed =
          new OctetKeyPair.Builder(
                  Curve.Ed25519, Base64URL.encode(tail(edPair.getPublic().getEncoded())))
              .d(Base64URL.encode(tail(edPair.getPrivate().getEncoded())))
              .algorithm(JWSAlgorithm.EdDSA)
              .keyUse(KeyUse.SIGNATURE)
              .build();
      return new IssuerKeys(
          new RSAKey.Builder(rsa).keyID(kid(rsa)).build(),
          new ECKey.Builder(ec).keyID(kid(ec)).build(),
          new OctetKeyPair.Builder(ed).keyID(kid(ed)).build());
    } catch (GeneralSecurityException | JOSEException e) {
      throw new IllegalStateException("this JDK cannot make the demo issuer's keys", e);
    }
  }

  /** Reads what {@link #toPrivateJson()} wrote. */
  public static IssuerKeys parse(String json) throws ParseException {
    List<JWK> keys = JWKSet.parse(json).getKeys();
    if (keys.size() == 3
        && keys.get(0) instanceof RSAKey rsa
        && keys.get(1) instanceof ECKey ec
        && keys.get(2) instanceof OctetKeyPair ed25519) {
      try {
        return new IssuerKeys(rsa, ec, ed25519);
      } catch (GeneralSecurityException | JOSEException e) {
        throw new ParseException("not a private key: " + e.getMessage(), 0);
      }
    }
    throw new ParseException("expected an RSA, an EC and an OKP key, in this order", 0);
  }

  /** The JWK set with the private members. */
  public String toPrivateJson() {
    return jwks.toString(false);
  }

  /** The JWK set as served. */
  public String toPublicJson() {
    return jwks.toString(true);
  }

  Signer rsa() {
    return rsa;
  }

  Signer ec() {
    return ec;
  }

  Signer ed25519() {
    return ed25519;
  }

  private static KeyPair pair(String algorithm, int size) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  private static String kid(JWK key) throws JOSEException {
    return key.getAlgorithm().getName().toLowerCase(Locale.ROOT)
        + "-"
        + key.computeThumbprint().toString().substring(0, 8);
  }

  /** An Ed25519 key's encodings end with its 32 bytes (RFC 8410). */
  private static byte[] tail(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - ED25519_LENGTH, encoded.length);
  }

  private static PrivateKey ed25519PrivateKey(OctetKeyPair key) throws GeneralSecurityException {
    byte[] seed = key.getD() == null ? new byte[0] : key.getD().decode();
    if (seed.length != ED25519_LENGTH) {
      throw new GeneralSecurityException("an Ed25519 private key has 32 bytes");
    }
    byte[] encoded = Arrays.copyOf(ED25519_PKCS8_PREFIX, ED25519_PKCS8_PREFIX.length + seed.length);
    System.arraycopy(seed, 0, encoded, ED25519_PKCS8_PREFIX.length, seed.length);
    return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }
}
