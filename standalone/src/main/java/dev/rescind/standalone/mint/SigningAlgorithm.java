package dev.rescind.standalone.mint;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/** The JWS algorithms (RFC 7518, RFC 8037) that the demo issuer's keys can sign with, and none. */
public enum SigningAlgorithm {
  RS256("RS256", "SHA256withRSA"),
  RS384("RS384", "SHA384withRSA"),
  RS512("RS512", "SHA512withRSA"),
  PS256("PS256", "SHA-256"),
  PS384("PS384", "SHA-384"),
  PS512("PS512", "SHA-512"),
  ES256("ES256", "SHA256withECDSAinP1363Format"),
  EDDSA("EdDSA", "Ed25519"),
  NONE("none", "");

  private final String jwsName;
  private final String jcaName;

  SigningAlgorithm(String jwsName, String jcaName) {
    this.jwsName = jwsName;
    this.jcaName = jcaName;
  }

  static Optional<SigningAlgorithm> named(String jwsName) {
    return Arrays.stream(values()).filter(alg -> alg.jwsName.equals(jwsName)).findFirst();
  }

  String jwsName() {
    return jwsName;
  }

  /** The key to sign with; empty for none. */
  Optional<IssuerKeys.Signer> signer(IssuerKeys keys) {
    return switch (this) {
      case RS256, RS384, RS512, PS256, PS384, PS512 -> Optional.of(keys.rsa());
      case ES256 -> Optional.of(keys.ec());
      case EDDSA -> Optional.of(keys.ed25519());
      case NONE -> Optional.empty();
    };
  }

  byte[] sign(IssuerKeys.Signer signer, byte[] signingInput) throws GeneralSecurityException {
    Signature signature =
        switch (this) {
          case PS256 -> pss(32);
          case PS384 -> pss(48);
          case PS512 -> pss(64);
          default -> Signature.getInstance(jcaName);
        };
    signature.initSign(signer.key());
    signature.update(signingInput);
    return signature.sign();
  }

  private Signature pss(int saltLength) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec(jcaName, "MGF1", new MGF1ParameterSpec(jcaName), saltLength, 1));
    return signature;
  }
}
