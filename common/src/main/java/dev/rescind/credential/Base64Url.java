package dev.rescind.credential;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64url without padding (RFC 7515 section 2), strictly: a text decodes only if it is the one
 * encoding of its bytes.
 */
public final class Base64Url {
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private Base64Url() {}

  public static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  public static Optional<byte[]> decode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isAlphabet(text.charAt(i))) {
        return Optional.empty();
      }
    }
    if (text.length() % 4 == 1) {
      return Optional.empty();
    }
    byte[] bytes = DECODER.decode(text);
    return ENCODER.encodeToString(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
  }

  private static boolean isAlphabet(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
