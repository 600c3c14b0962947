package dev.rescind.platform.httpsig;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key under which requests are signed, and the one algorithm that it is for. */
public sealed interface SignatureKey {

  /** How {@code keyid} names it; not secret. */
  String keyid();

  /** As the registry of RFC 9421 section 6.2 names it. */
  String algorithm();

  /** Whether the signature is of these bytes under this key. */
  boolean verifies(byte[] base, byte[] signature);

  /** A shared secret for {@code hmac-sha256} (section 3.3.3). */
  record Hmac(String keyid, SecretKeySpec secret) implements SignatureKey {

    public static Hmac of(String keyid, byte[] secret) {
      return new Hmac(keyid, new SecretKeySpec(secret, "HmacSHA256"));
    }

    @Override
    public String algorithm() {
      return "hmac-sha256";
    }

    @Override
    public boolean verifies(byte[] base, byte[] signature) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(secret);
        return MessageDigest.isEqual(mac.doFinal(base), signature);
      } catch (NoSuchAlgorithmException | InvalidKeyException e) {
        throw new IllegalStateException("every Java platform has HmacSHA256", e);
      }
    }

    @Override
    public String toString() {
      return "Hmac[" + keyid + "]";
    }
  }

  /** A public key for {@code ed25519} (section 3.3.6). */
  record Ed25519(String keyid, PublicKey key) implements SignatureKey {
    private static final int SIGNATURE_BYTES = 64;

    @Override
    public String algorithm() {
      return "ed25519";
    }

    @Override
    public boolean verifies(byte[] base, byte[] signature) {
      if (signature.length != SIGNATURE_BYTES) {
        return false;
      }
      try {
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(base);
        return verifier.verify(signature);
      } catch (SignatureException e) {
        return false; // not a point, or not a scalar
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has Ed25519", e);
      }
    }

    @Override
    public String toString() {
      return "Ed25519[" + keyid + "]";
    }
  }
}
