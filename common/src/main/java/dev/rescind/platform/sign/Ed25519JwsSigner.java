package dev.rescind.platform.sign;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.util.Set;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Signs by Ed25519 (RFC 8037, RFC 9864); Nimbus's own signer needs another library. */
final class Ed25519JwsSigner extends BaseJWSProvider implements JWSSigner {
  static final Set<JWSAlgorithm> ALGS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  private final byte[] seed;

  Ed25519JwsSigner(OctetKeyPair key) {
    super(ALGS);
    this.seed = key.getD().decode();
  }

  @Override
  public Base64URL sign(JWSHeader header, byte[] signingInput) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, signingInput, 0, signingInput.length, signature, 0);
    return Base64URL.encode(signature);
  }
}
