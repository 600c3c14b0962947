package dev.rescind.platform.jose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.platform.json.Json;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A key that signs whatever it is given, by the JDK's own algorithms. */
final class Signer {
  private final Key key;
  private final ObjectNode jwk;

  private Signer(Key key, ObjectNode jwk) {
    this.key = key;
    this.jwk = jwk;
  }

  static Signer rsa(int bits) {
    return rsa(bits, RSAKeyGenParameterSpec.F4);
  }

  static Signer rsa(int bits, BigInteger exponent) {
    KeyPair pair = generate("RSA", new RSAKeyGenParameterSpec(bits, exponent));
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    return new Signer(
        pair.getPrivate(),
        Json.object()
            .put("kty", "RSA")
            .put("n", Base64Url.encode(unsigned(key.getModulus())))
            .put("e", Base64Url.encode(unsigned(key.getPublicExponent()))));
  }

  static Signer ec(String crv) {
    KeyPair pair = generate("EC", new ECGenParameterSpec("secp" + crv.replace("P-", "") + "r1"));
    ECPublicKey key = (ECPublicKey) pair.getPublic();
    int size = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
    return new Signer(
        pair.getPrivate(),
        Json.object()
            .put("kty", "EC")
            .put("crv", crv)
            .put("x", Base64Url.encode(padded(key.getW().getAffineX(), size)))
            .put("y", Base64Url.encode(padded(key.getW().getAffineY(), size))));
  }

  static Signer ed25519() {
    KeyPair pair = generate("Ed25519", null);
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return new Signer(
        pair.getPrivate(),
        Json.object().put("kty", "OKP").put("crv", "Ed25519").put("x", Base64Url.encode(x)));
  }

  static Signer hmac(byte[] secret) {
    return new Signer(new SecretKeySpec(secret, "HmacSHA256"), Json.object());
  }

  /** The public key as a JWK without a name. */
  ObjectNode jwk() {
    return jwk.deepCopy();
  }

  ObjectNode jwk(String kid) {
    return jwk().put("kid", kid);
  }

  /** The JWT with these texts for header and claims, signed by {@code alg}. */
  String sign(String alg, String header, String claims) {
    String input =
        Base64Url.encode(header.getBytes(UTF_8)) + "." + Base64Url.encode(claims.getBytes(UTF_8));
    return input + "." + Base64Url.encode(signature(alg, input.getBytes(US_ASCII)));
  }

  byte[] signature(String alg, byte[] input) {
    try {
      if (alg.startsWith("HS")) {
        Mac mac = Mac.getInstance("HmacSHA" + alg.substring(2));
        mac.init(key);
        return mac.doFinal(input);
      }
      Signature signing = Signature.getInstance(jcaName(alg));
      if (alg.startsWith("PS")) {
        int bits = Integer.parseInt(alg.substring(2));
        signing.setParameter(
            new PSSParameterSpec(
                "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
      }
      signing.initSign((PrivateKey) key);
      signing.update(input);
      return signing.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String jcaName(String alg) {
    return switch (alg.substring(0, 2)) {
      case "RS" -> "SHA" + alg.substring(2) + "withRSA";
      case "PS" -> "RSASSA-PSS";
      case "ES" -> "SHA" + alg.substring(2) + "withECDSAinP1363Format";
      default -> "Ed25519";
    };
  }

  private static KeyPair generate(String algorithm, @Nullable AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (parameters != null) {
        generator.initialize(parameters);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] unsigned(BigInteger value) {
    return padded(value, (value.bitLength() + 7) / 8);
  }

  /** Big-endian, in so many bytes. */
  static byte[] padded(BigInteger value, int size) {
    byte[] bytes = value.toByteArray();
    byte[] padded = new byte[size];
    int length = Math.min(bytes.length, size);
    System.arraycopy(bytes, bytes.length - length, padded, size - length, length);
    return padded;
  }
}
