package dev.rescind.platform.httpsig;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a request's signature claims: well-formed, in time, covering enough; not yet proven. */
public final class SignatureClaim {
  private final SignatureKey key;
  private final byte[] base;
  private final byte[] signature;
  private final Use use;
  private final @Nullable ContentDigest digest;

  /** The one use of a signature: its nonce, and until when it is to be remembered. */
  public record Use(String nonce, Instant until) {}

  SignatureClaim(
      SignatureKey key, byte[] base, byte[] signature, Use use, @Nullable ContentDigest digest) {
    this.key = key;
    this.base = base;
    this.signature = signature;
    this.use = use;
    this.digest = digest;
  }

  public SignatureKey key() {
    return key;
  }

  /** Whether the signature is the key's; slow with a public key. */
  public boolean isProven() {
    return key.verifies(base, signature);
  }

  public Use use() {
    return use;
  }

  /** What is wrong with the body under this signature; null where nothing is. */
  public @Nullable SignatureRefusal objectsTo(byte[] body) {
    if (digest != null) {
      return digest.matches(body) ? null : SignatureRefusal.DIGEST;
    }
    return body.length == 0 ? null : SignatureRefusal.UNCOVERED_BODY;
  }

  @Override
  public String toString() {
    return "SignatureClaim[" + key + "]";
  }
}
