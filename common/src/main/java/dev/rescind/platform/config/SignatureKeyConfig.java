package dev.rescind.platform.config;

import dev.rescind.platform.httpsig.SignatureKey;
import org.jspecify.annotations.Nullable;

/**
 * A key under which a caller signs its requests (RFC 9421).
 *
 * @param keyid how the signature names it
 * @param alg hmac-sha256 or ed25519
 * @param secret for hmac-sha256: base64url without padding; 32 bytes or more
 * @param publicKey for ed25519, in PEM
 */
public record SignatureKeyConfig(
    String keyid, String alg, @Nullable Secret secret, @Nullable String publicKey) {
  private static final String HMAC = "hmac-sha256";
  private static final String ED25519 = "ed25519";

  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public SignatureKeyConfig {
    boolean hmac = HMAC.equals(alg);
    boolean ed25519 = ED25519.equals(alg);
    Check check =
        new Check()
            .id("keyid", keyid)
            .that(hmac || ed25519, "alg", "must be hmac-sha256 or ed25519")
            .that(!hmac || secret != null, "secret", "must be given for hmac-sha256")
            .that(!hmac || publicKey == null, "public_key", "is for ed25519")
            .that(!ed25519 || secret == null, "secret", "is for hmac-sha256")
            .that(
                !ed25519 || (publicKey != null && Ed25519Pem.publicKey(publicKey).isPresent()),
                "public_key",
                "must be an Ed25519 public key in PEM (-----BEGIN PUBLIC KEY-----), not of small"
                    + " order");
    if (hmac && secret != null) {
      KeyConfig.checkBytes(check, secret);
    }
    check.done();
  }

  SignatureKey toKey() {
    return secret != null
        ? SignatureKey.Hmac.of(keyid, secret.bytes())
        : new SignatureKey.Ed25519(
            keyid, Ed25519Pem.publicKey(String.valueOf(publicKey)).orElseThrow());
  }
}
