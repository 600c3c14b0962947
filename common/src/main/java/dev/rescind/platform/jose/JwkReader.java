package dev.rescind.platform.jose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.rescind.credential.Base64Url;
import dev.rescind.platform.json.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JWK Set (RFC 7517). A key that is weak, of an unknown kind or for another use is left
 * out; what is no JWK Set is a failure. Key material is brought to its one spelling first, so that
 * a key has one thumbprint however its issuer pads it.
 */
final class JwkReader {
  static final int MAX_KEYS = 100;

  private static final int MAX_KID_LENGTH = 1024;

  private JwkReader() {}

  /**
   * The usable keys of a set, one at least: an issuer without keys is taken for a fault of its
   * endpoint, not for the withdrawal of all.
   *
   * @throws KeyFetchException where the bytes are no JWK Set, or one with too many keys or no
   *     usable one
   */
  static List<VerificationKey> readSet(byte[] json) throws KeyFetchException {
    ObjectNode set =
        Json.parseObject(json).orElseThrow(() -> new KeyFetchException("not a JSON object"));
    JsonNode keys = set.path("keys");
    if (!keys.isArray()) {
      throw new KeyFetchException("not a JWK Set");
    }
    if (keys.size() > MAX_KEYS) {
      throw new KeyFetchException("more than " + MAX_KEYS + " keys");
    }
    List<VerificationKey> usable = new ArrayList<>();
    for (JsonNode key : keys) {
      if (key instanceof ObjectNode jwk) {
        read(jwk).ifPresent(usable::add);
      }
    }
    if (usable.isEmpty()) {
      throw new KeyFetchException("no key that can be used");
    }
    return List.copyOf(usable);
  }

  /** One key, or empty where it cannot be used. */
  static Optional<VerificationKey> read(ObjectNode jwk) {
    JsonNode kid = jwk.path("kid");
    if (!isForVerifying(jwk)
        || !(kid.isMissingNode() || kid.isTextual())
        || (kid.isTextual() && kid.textValue().length() > MAX_KID_LENGTH)) {
      return Optional.empty();
    }
    try {
      return switch (jwk.path("kty").asText()) {
        case "RSA" -> rsa(jwk, kid.textValue());
        case "EC" -> ec(jwk, kid.textValue());
        case "OKP" -> ed25519(jwk, kid.textValue());
        default -> Optional.empty();
      };
    } catch (JOSEException | IllegalArgumentException | IllegalStateException e) {
      return Optional.empty(); // a point off its curve, for one
    }
  }

  private static boolean isForVerifying(ObjectNode jwk) {
    JsonNode use = jwk.path("use");
    if (!use.isMissingNode() && !"sig".equals(use.textValue())) {
      return false;
    }
    JsonNode operations = jwk.path("key_ops");
    if (operations.isMissingNode()) {
      return true;
    }
    for (JsonNode operation : operations) {
      if ("verify".equals(operation.textValue())) {
        return true;
      }
    }
    return false;
  }

  private static Optional<VerificationKey> rsa(ObjectNode jwk, @Nullable String kid)
      throws JOSEException {
    BigInteger n = unsigned(jwk, "n");
    BigInteger e = unsigned(jwk, "e");
    if (n == null || e == null || n.bitLength() < 2048 || n.bitLength() > 4096) {
      return Optional.empty();
    }
    if (Roca.isLikely(n)
        || !n.testBit(0)
        || !e.testBit(0)
        || e.bitLength() < 2
        || e.bitLength() > 64) {
      return Optional.empty(); // e = 1 verifies anything
    }
    RSAKey key = new RSAKey.Builder(Base64URL.encode(n), Base64URL.encode(e)).build();
    JWSVerifier verifier = new RSASSAVerifier(key);
    int length = (n.bitLength() + 7) / 8;
    VerificationKey.Check check = VerificationKey.nimbus(verifier);
    return withAlgs(
        jwk,
        kid,
        key.computeThumbprint().toString(),
        EnumSet.range(Alg.RS256, Alg.PS512),
        (alg, input, signature) ->
            signature.length == length && check.passes(alg, input, signature));
  }

  private static Optional<VerificationKey> ec(ObjectNode jwk, @Nullable String kid)
      throws JOSEException {
    Curve curve;
    Alg alg;
    int size;
    switch (jwk.path("crv").asText()) {
      case "P-256" -> {
        curve = Curve.P_256;
        alg = Alg.ES256;
        size = 256;
      }
      case "P-384" -> {
        curve = Curve.P_384;
        alg = Alg.ES384;
        size = 384;
      }
      case "P-521" -> {
        curve = Curve.P_521;
        alg = Alg.ES512;
        size = 521;
      }
      default -> {
        return Optional.empty();
      }
    }
    BigInteger x = unsigned(jwk, "x");
    BigInteger y = unsigned(jwk, "y");
    if (x == null || y == null || x.bitLength() > size || y.bitLength() > size) {
      return Optional.empty();
    }
    ECKey key =
        new ECKey.Builder(curve, ECKey.encodeCoordinate(size, x), ECKey.encodeCoordinate(size, y))
            .build();
    return withAlgs(
        jwk,
        kid,
        key.computeThumbprint().toString(),
        EnumSet.of(alg),
        VerificationKey.nimbus(new ECDSAVerifier(key)));
  }

  private static Optional<VerificationKey> ed25519(ObjectNode jwk, @Nullable String kid)
      throws JOSEException {
    byte[] x = bytes(jwk, "x");
    if (!jwk.path("crv").asText().equals("Ed25519")
        || x == null
        || x.length != Ed25519.PUBLIC_KEY_SIZE
        || !Ed25519.validatePublicKeyFull(x, 0)) {
      return Optional.empty();
    }
    OctetKeyPair key = new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).build();
    return withAlgs(
        jwk,
        kid,
        key.computeThumbprint().toString(),
        EnumSet.of(Alg.EDDSA, Alg.ED25519),
        VerificationKey.ed25519(x));
  }

  /** Narrows what the kind of key can do to what its {@code alg} says. */
  private static Optional<VerificationKey> withAlgs(
      ObjectNode jwk,
      @Nullable String kid,
      String jkt,
      Set<Alg> possible,
      VerificationKey.Check check) {
    JsonNode named = jwk.path("alg");
    if (named.isMissingNode()) {
      return Optional.of(new VerificationKey(kid, jkt, possible, check));
    }
    Optional<Alg> alg = Alg.parse(named.asText()).filter(possible::contains);
    return alg.map(
        one ->
            new VerificationKey(
                kid, jkt, one.family() == Alg.Family.ED25519 ? possible : EnumSet.of(one), check));
  }

  private static @Nullable BigInteger unsigned(ObjectNode jwk, String name) {
    byte[] bytes = bytes(jwk, name);
    return bytes == null ? null : new BigInteger(1, bytes);
  }

  private static byte @Nullable [] bytes(ObjectNode jwk, String name) {
    String text = jwk.path(name).textValue();
    return text == null || text.length() > 1024 ? null : Base64Url.decode(text).orElse(null);
  }
}
