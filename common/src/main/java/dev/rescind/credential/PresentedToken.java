package dev.rescind.credential;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A token as a caller presented it, of checked syntax. The only way to one is {@link #parse}; its
 * text never shows.
 */
public sealed interface PresentedToken {
  /** No credential is longer than this, in characters. */
  int MAX_LENGTH = 16 * 1024;

  /** SHA-256 of an opaque credential, or of a JWT's signing input. */
  Fingerprint fingerprint();

  /** SHA-256 of the whole text: what was presented, to the letter. */
  Fingerprint digest();

  /**
   * Parses what a caller sent. Empty: no credential is spelled like this. That is so for anything
   * but visible US-ASCII, for what is too long, and for what begins as a JOSE compact serialization
   * but is not three canonical base64url parts (one JWT has one spelling; encrypted tokens are not
   * read).
   */
  static Optional<PresentedToken> parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH || !isVisibleAscii(text)) {
      return Optional.empty();
    }
    int first = text.indexOf('.');
    if (first < 0 || !isJoseHeader(text.substring(0, first))) {
      return Optional.of(new Opaque(Fingerprint.of(text)));
    }
    int second = text.indexOf('.', first + 1);
    if (second < 0 || text.indexOf('.', second + 1) >= 0) {
      return Optional.empty();
    }
    Optional<byte[]> header = Base64Url.decode(text.substring(0, first));
    Optional<byte[]> payload = Base64Url.decode(text.substring(first + 1, second));
    Optional<byte[]> signature = Base64Url.decode(text.substring(second + 1));
    if (header.isEmpty() || payload.isEmpty() || signature.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Jwt(
            Fingerprint.of(text.substring(0, second)),
            Fingerprint.of(text),
            text,
            header.get(),
            payload.get(),
            signature.get()));
  }

  /** An opaque credential: nothing is known of it but its digest. */
  record Opaque(Fingerprint fingerprint) implements PresentedToken {
    @Override
    public Fingerprint digest() {
      return fingerprint;
    }
  }

  /** A JWT in JWS compact serialization (RFC 7515 section 7.1); nothing in it is verified yet. */
  final class Jwt implements PresentedToken {
    private final Fingerprint fingerprint;
    private final Fingerprint digest;
    private final String text;
    private final byte[] header;
    private final byte[] payload;
    private final byte[] signature;

    private Jwt(
        Fingerprint fingerprint,
        Fingerprint digest,
        String text,
        byte[] header,
        byte[] payload,
        byte[] signature) {
      this.fingerprint = fingerprint;
      this.digest = digest;
      this.text = text;
      this.header = header;
      this.payload = payload;
      this.signature = signature;
    }

    @Override
    public Fingerprint fingerprint() {
      return fingerprint;
    }

    @Override
    public Fingerprint digest() {
      return digest;
    }

    /** The bytes of the JOSE header's JSON. */
    public byte[] header() {
      return header.clone();
    }

    /** The bytes of the claims' JSON. */
    public byte[] payload() {
      return payload.clone();
    }

    public byte[] signature() {
      return signature.clone();
    }

    /** {@code header.payload} as US-ASCII: what the signature covers. */
    public byte[] signingInput() {
      return text.substring(0, text.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
      return "Jwt[" + fingerprint + "]";
    }
  }

  private static boolean isVisibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x21 || c > 0x7e) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a first part begins a JSON object, also when spelled in a way that is not canonical.
   */
  private static boolean isJoseHeader(String part) {
    if (part.length() < 2) {
      return false;
    }
    Optional<byte[]> start = Base64Url.decode(part.substring(0, Math.min(4, part.length()) & ~1));
    return part.startsWith("ey") || (start.isPresent() && start.get()[0] == '{');
  }
}
