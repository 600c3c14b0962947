package dev.rescind.platform.sign;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Encrypts signed answers to one caller's public key (RFC 9701 section 6, RFC 7519 section 11.2).
 */
public final class AnswerEncryption {
  private static final Set<JWEAlgorithm> RSA =
      Set.of(JWEAlgorithm.RSA_OAEP_256, JWEAlgorithm.RSA_OAEP_384, JWEAlgorithm.RSA_OAEP_512);
  private static final Set<JWEAlgorithm> EC =
      Set.of(
          JWEAlgorithm.ECDH_ES,
          JWEAlgorithm.ECDH_ES_A128KW,
          JWEAlgorithm.ECDH_ES_A192KW,
          JWEAlgorithm.ECDH_ES_A256KW);

  /** The values of {@code introspection_encrypted_response_alg}. */
  public static final List<String> ALGS =
      List.of(
          "RSA-OAEP-256",
          "RSA-OAEP-384",
          "RSA-OAEP-512",
          "ECDH-ES",
          "ECDH-ES+A128KW",
          "ECDH-ES+A192KW",
          "ECDH-ES+A256KW");

  /** The values of {@code introspection_encrypted_response_enc}. */
  public static final List<String> ENCS =
      List.of("A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM");

  private final JWEHeader header;
  private final JWEEncrypter encrypter;

  private AnswerEncryption(JWEHeader header, JWEEncrypter encrypter) {
    this.header = header;
    this.encrypter = encrypter;
  }

  /**
   * Reads how to encrypt.
   *
   * @param jwks a JWK Set, or one JWK: public keys, of which the first that can be used is
   * @return empty where none can be used with that algorithm
   */
  public static Optional<AnswerEncryption> read(String jwks, String alg, String enc) {
    if (!ALGS.contains(alg) || !ENCS.contains(enc)) {
      return Optional.empty();
    }
    JWEAlgorithm algorithm = JWEAlgorithm.parse(alg);
    for (JWK key : keys(jwks)) {
      if (isFor(key, algorithm)) {
        JWEHeader header =
            new JWEHeader.Builder(algorithm, EncryptionMethod.parse(enc))
                .contentType("JWT")
                .keyID(key.getKeyID())
                .build();
        try {
          JWEEncrypter encrypter =
              key instanceof RSAKey rsa ? new RSAEncrypter(rsa) : new ECDHEncrypter((ECKey) key);
          return Optional.of(new AnswerEncryption(header, encrypter));
        } catch (JOSEException e) {
          // Of no use; the next may be.
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the text holds a private or a secret key, which nobody should hand over. */
  public static boolean holdsPrivate(String jwks) {
    return keys(jwks).stream().anyMatch(JWK::isPrivate);
  }

  private static List<JWK> keys(String jwks) {
    try {
      return JWKSet.parse(jwks).getKeys();
    } catch (ParseException | IllegalArgumentException e) {
      try {
        return List.of(JWK.parse(jwks));
      } catch (ParseException | IllegalArgumentException notOne) {
        return List.of();
      }
    }
  }

  private static boolean isFor(JWK key, JWEAlgorithm alg) {
    if ((key.getKeyUse() != null && !KeyUse.ENCRYPTION.equals(key.getKeyUse()))
        || (key.getAlgorithm() != null && !key.getAlgorithm().getName().equals(alg.getName()))) {
      return false;
    }
    if (key instanceof RSAKey rsa) {
      return RSA.contains(alg) && rsa.size() >= 2048 && rsa.size() <= 4096;
    }
    return key instanceof ECKey ec
        && EC.contains(alg)
        && Set.of(Curve.P_256, Curve.P_384, Curve.P_521).contains(ec.getCurve());
  }

  /** A nested JWT: the signed one in a JWE. */
  String encrypt(String jwt) throws JOSEException {
    JWEObject encrypted = new JWEObject(header, new Payload(jwt));
    encrypted.encrypt(encrypter);
    return encrypted.serialize();
  }

  @Override
  public String toString() {
    return "AnswerEncryption[" + header.getAlgorithm() + " " + header.getEncryptionMethod() + "]";
  }
}
