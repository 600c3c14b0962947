package dev.rescind.platform.sign;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/**
 * Private keys in PEM (RFC 7468) of PKCS #8, as {@code openssl genpkey} writes them: RSA of 2048 to
 * 4096 bits, P-256, P-384, P-521 or Ed25519.
 */
final class PrivateKeyPem {
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----\\s*");

  private PrivateKeyPem() {}

  /** The key and its public half; empty where the text is none of these. */
  static Optional<JWK> read(String pem) {
    Matcher matcher = PEM.matcher(pem);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      byte[] pkcs8 = Base64.getDecoder().decode(matcher.group(1).replaceAll("\\s", ""));
      AsymmetricKeyParameter key = PrivateKeyFactory.createKey(pkcs8);
      if (key instanceof RSAPrivateCrtKeyParameters) {
        return rsa(pkcs8);
      }
      if (key instanceof ECPrivateKeyParameters ec) {
        return ec(ec);
      }
      return key instanceof Ed25519PrivateKeyParameters ed25519
          ? Optional.of(
              new OctetKeyPair.Builder(
                      Curve.Ed25519, Base64URL.encode(ed25519.generatePublicKey().getEncoded()))
                  .d(Base64URL.encode(ed25519.getEncoded()))
                  .build())
          : Optional.empty();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      return Optional.empty(); // its message could tell of the key
    }
  }

  private static Optional<JWK> rsa(byte[] pkcs8) throws GeneralSecurityException {
    KeyFactory keys = KeyFactory.getInstance("RSA");
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) keys.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    int bits = key.getModulus().bitLength();
    if (bits < 2048 || bits > 4096) {
      return Optional.empty();
    }
    RSAPublicKey half =
        (RSAPublicKey)
            keys.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    return Optional.of(new RSAKey.Builder(half).privateKey(key).build());
  }

  private static Optional<JWK> ec(ECPrivateKeyParameters key) {
    Curve curve = curve(key);
    if (curve == null) {
      return Optional.empty();
    }
    ECPoint half = key.getParameters().getG().multiply(key.getD()).normalize();
    int bits = key.getParameters().getCurve().getFieldSize();
    return Optional.of(
        new ECKey.Builder(
                curve,
                ECKey.encodeCoordinate(bits, half.getAffineXCoord().toBigInteger()),
                ECKey.encodeCoordinate(bits, half.getAffineYCoord().toBigInteger()))
            .d(ECKey.encodeCoordinate(bits, key.getD()))
            .build());
  }

  private static @Nullable Curve curve(ECPrivateKeyParameters key) {
    if (!(key.getParameters() instanceof ECNamedDomainParameters named)) {
      return null;
    }
    Curve curve = Curve.forOID(named.getName().getId());
    return Curve.P_256.equals(curve) || Curve.P_384.equals(curve) || Curve.P_521.equals(curve)
        ? curve
        : null;
  }
}
