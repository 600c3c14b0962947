package dev.rescind.introspector.disclose;

import dev.rescind.credential.Base64Url;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names of subjects that differ from sector to sector (OpenID Connect Core section 8.1):
 * HMAC-SHA256 over sector, issuer and subject, the same on all nodes that have the secret.
 */
public final class PairwiseSubjects {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /**
   * @param secret of 32 bytes at least
   */
  public PairwiseSubjects(byte[] secret) {
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** Of 43 characters, base64url. */
  String of(String sector, String iss, String sub) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String part : new String[] {sector, iss, sub}) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        mac.update(bytes);
      }
      return Base64Url.encode(mac.doFinal());
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
