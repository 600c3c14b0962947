package dev.rescind.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests as a client would: by the text of RFC 9421, and nothing of what is tested. */
public final class RequestSigner {
  /** What makes a signature of a base. */
  public interface Sealing {
    byte[] seal(byte[] base) throws GeneralSecurityException;
  }

  private final String keyid;
  private final Sealing sealing;

  public RequestSigner(String keyid, Sealing sealing) {
    this.keyid = keyid;
    this.sealing = sealing;
  }

  public static RequestSigner hmac(String keyid, byte[] secret) {
    return new RequestSigner(
        keyid,
        base -> {
          Mac mac = Mac.getInstance("HmacSHA256");
          mac.init(new SecretKeySpec(secret, "HmacSHA256"));
          return mac.doFinal(base);
        });
  }

  public static RequestSigner ed25519(String keyid, PrivateKey key) {
    return new RequestSigner(
        keyid,
        base -> {
          Signature signing = Signature.getInstance("Ed25519");
          signing.initSign(key);
          signing.update(base);
          return signing.sign();
        });
  }

  /** The two fields of a signed request. */
  public record Fields(String signatureInput, String signature) {
    public Map<String, String> headers() {
      return Map.of("Signature-Input", signatureInput, "Signature", signature);
    }
  }

  /** The usual parameters of a signature. */
  public String parameters(long created, String nonce) {
    return ";created=" + created + ";nonce=\"" + nonce + "\";keyid=\"" + keyid + '"';
  }

  /**
   * Signs a request.
   *
   * @param components each with its value, as it stands in the base
   */
  public Fields sign(Map<String, String> components, String parameters) {
    StringBuilder base = new StringBuilder();
    List<String> names = new ArrayList<>();
    components.forEach(
        (name, value) -> {
          names.add('"' + name + '"');
          base.append('"').append(name).append("\": ").append(value).append('\n');
        });
    String input = "(" + String.join(" ", names) + ")" + parameters;
    base.append("\"@signature-params\": ").append(input);
    try {
      byte[] signature = sealing.seal(base.toString().getBytes(US_ASCII));
      return new Fields(
          "sig=" + input, "sig=:" + Base64.getEncoder().encodeToString(signature) + ":");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A {@code Content-Digest} by SHA-256. */
  public static String contentDigest(String body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8));
      return "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
