package dev.rescind.platform.jose;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Arrays;
import java.util.Optional;

/** The signature algorithms that are verified (RFC 7518 section 3.1, RFC 8037, RFC 9864). */
enum Alg {
  HS256(Family.HMAC, "HS256", 32),
  HS384(Family.HMAC, "HS384", 48),
  HS512(Family.HMAC, "HS512", 64),
  RS256(Family.RSA, "RS256", 0),
  RS384(Family.RSA, "RS384", 0),
  RS512(Family.RSA, "RS512", 0),
  PS256(Family.RSA, "PS256", 0),
  PS384(Family.RSA, "PS384", 0),
  PS512(Family.RSA, "PS512", 0),
  ES256(Family.EC, "ES256", 0),
  ES384(Family.EC, "ES384", 0),
  ES512(Family.EC, "ES512", 0),
  EDDSA(Family.ED25519, "EdDSA", 0),
  ED25519(Family.ED25519, "Ed25519", 0);

  /** The kind of key that an algorithm needs. */
  enum Family {
    HMAC,
    RSA,
    EC,
    ED25519
  }

  private final Family family;
  private final String wireName;
  private final int minSecretBytes;

  Alg(Family family, String wireName, int minSecretBytes) {
    this.family = family;
    this.wireName = wireName;
    this.minSecretBytes = minSecretBytes;
  }

  Family family() {
    return family;
  }

  String wireName() {
    return wireName;
  }

  /** RFC 7518 section 3.2: a secret at least as long as the digest. */
  int minSecretBytes() {
    return minSecretBytes;
  }

  JWSAlgorithm nimbus() {
    return JWSAlgorithm.parse(wireName);
  }

  static Optional<Alg> parse(String name) {
    return Arrays.stream(values()).filter(alg -> alg.wireName.equals(name)).findFirst();
  }
}
