package dev.rescind.platform.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * One key that may verify signatures.
 *
 * @param kid the name under which it was published
 * @param jkt its RFC 7638 thumbprint; null for a shared secret
 * @param algs that it may be used with
 */
record VerificationKey(@Nullable String kid, @Nullable String jkt, Set<Alg> algs, Check check) {

  /** The signature check itself; the bytes are taken as they are. */
  @FunctionalInterface
  interface Check {
    boolean passes(Alg alg, byte[] signingInput, byte[] signature);
  }

  /** Whether the key is for {@code alg} and the signature is its. */
  boolean verifies(Alg alg, byte[] signingInput, byte[] signature) {
    return algs.contains(alg) && check.passes(alg, signingInput, signature);
  }

  static Check nimbus(JWSVerifier verifier) {
    return (alg, input, signature) -> {
      try {
        return verifier.verify(new JWSHeader(alg.nimbus()), input, Base64URL.encode(signature));
      } catch (JOSEException e) {
        return false; // a signature of a shape that no key makes
      }
    };
  }

  static Check ed25519(byte[] publicKey) {
    return (alg, input, signature) ->
        signature.length == Ed25519.SIGNATURE_SIZE
            && Ed25519.verify(signature, 0, publicKey, 0, input, 0, input.length);
  }

  static VerificationKey ofSecret(byte[] secret) {
    EnumSet<Alg> algs = EnumSet.noneOf(Alg.class);
    for (Alg alg : Alg.values()) {
      if (alg.family() == Alg.Family.HMAC && secret.length >= alg.minSecretBytes()) {
        algs.add(alg);
      }
    }
    try {
      return new VerificationKey(null, null, algs, nimbus(new MACVerifier(secret)));
    } catch (JOSEException e) {
      throw new IllegalArgumentException("the secret is too short", e);
    }
  }
}
