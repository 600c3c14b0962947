package dev.rescind.credential;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A SHA-256 digest that names a credential without being it: of an opaque credential's bytes, or of
 * a JWT's signing input. Its text form is base64url without padding, 43 characters.
 */
public record Fingerprint(long a, long b, long c, long d) {
  public static final int BYTES = 32;

  /** The digest of the US-ASCII (or UTF-8) bytes of {@code text}. */
  public static Fingerprint of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Fingerprint of(byte[] bytes) {
    return ofDigest(Sha256.digest().digest(bytes));
  }

  /** Wraps a digest that was computed elsewhere; it must have 32 bytes. */
  public static Fingerprint ofDigest(byte[] digest) {
    if (digest.length != BYTES) {
      throw new IllegalArgumentException("a fingerprint has 32 bytes, not " + digest.length);
    }
    ByteBuffer in = ByteBuffer.wrap(digest);
    return new Fingerprint(in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  /** Parses the canonical text form; anything else is empty. */
  public static Optional<Fingerprint> parse(String text) {
    if (text.length() != 43) {
      return Optional.empty();
    }
    return Base64Url.decode(text).map(Fingerprint::ofDigest);
  }

  /**
   * Parses a thumbprint that another has written: as {@link #parse}, and also where the last of the
   * 43 characters carries bits of no byte, as that of the example of RFC 8705 section 3.2 does.
   */
  public static Optional<Fingerprint> parseThumbprint(String text) {
    if (text.length() != 43) {
      return Optional.empty();
    }
    try {
      return Optional.of(ofDigest(Base64.getUrlDecoder().decode(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a); // already uniform
  }

  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(toBytes());
  }
}
