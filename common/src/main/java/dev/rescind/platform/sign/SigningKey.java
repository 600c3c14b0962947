package dev.rescind.platform.sign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A private key by which answers are signed, by one algorithm and between two times. It is
 * published as long as it is there, before and after these as well.
 */
public final class SigningKey {
  private static final List<JWSAlgorithm> RSA =
      List.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);

  private final String kid;
  private final JWSAlgorithm alg;
  private final JWSSigner signer;
  private final Map<String, Object> published;
  private final Life life;

  /**
   * When a key signs.
   *
   * @param useFrom null: from always
   * @param retireAt null: for ever
   */
  public record Life(@Nullable Instant useFrom, @Nullable Instant retireAt) {
    boolean holds(Instant now) {
      return (useFrom == null || !now.isBefore(useFrom))
          && (retireAt == null || now.isBefore(retireAt));
    }
  }

  private SigningKey(JWK key, JWSAlgorithm alg, @Nullable String kid, Life life)
      throws JOSEException {
    this.kid = kid == null ? key.computeThumbprint().toString() : kid;
    this.alg = alg;
    this.life = life;
    if (key instanceof RSAKey rsa) {
      signer = new RSASSASigner(rsa);
      published = published(rsa.toPublicJWK());
    } else if (key instanceof ECKey ec) {
      signer = new ECDSASigner(ec);
      published = published(ec.toPublicJWK());
    } else {
      OctetKeyPair ed25519 = (OctetKeyPair) key;
      signer = new Ed25519JwsSigner(ed25519);
      published = published(ed25519.toPublicJWK());
    }
  }

  /**
   * Reads a key.
   *
   * @param pem PKCS #8
   * @param kid null: its RFC 7638 thumbprint
   * @param alg null: that of its kind which the most can verify
   * @return empty where the text is no such key, or the key is not for that algorithm
   */
  public static Optional<SigningKey> read(
      String pem, @Nullable String kid, @Nullable String alg, Life life) {
    JWK key = PrivateKeyPem.read(pem).orElse(null);
    if (key == null) {
      return Optional.empty();
    }
    List<JWSAlgorithm> possible = algs(key);
    JWSAlgorithm chosen = alg == null ? possible.get(0) : JWSAlgorithm.parse(alg);
    if (!possible.contains(chosen)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SigningKey(key, chosen, kid, life));
    } catch (JOSEException e) {
      return Optional.empty();
    }
  }

  /** Whether the text is a key that answers can be signed by. */
  public static boolean isKey(String pem) {
    return PrivateKeyPem.read(pem).isPresent();
  }

  private static List<JWSAlgorithm> algs(JWK key) {
    if (key instanceof RSAKey) {
      return RSA;
    }
    if (key instanceof ECKey ec) {
      return switch (ec.getCurve().getName()) {
        case "P-256" -> List.of(JWSAlgorithm.ES256);
        case "P-384" -> List.of(JWSAlgorithm.ES384);
        default -> List.of(JWSAlgorithm.ES512);
      };
    }
    return List.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);
  }

  private Map<String, Object> published(JWK half) {
    Map<String, Object> members = half.toJSONObject();
    members.put("kid", kid);
    members.put("use", KeyUse.SIGNATURE.identifier());
    members.put("alg", alg.getName());
    return Map.copyOf(members);
  }

  public String kid() {
    return kid;
  }

  public String alg() {
    return alg.getName();
  }

  /** The members of its public half as a JWK (RFC 7517). */
  Map<String, Object> published() {
    return published;
  }

  Life life() {
    return life;
  }

  JWSAlgorithm algorithm() {
    return alg;
  }

  Base64URL sign(JWSHeader header, byte[] input) throws JOSEException {
    return signer.sign(header, input);
  }

  @Override
  public String toString() {
    return "SigningKey[" + kid + " " + alg + "]";
  }
}
