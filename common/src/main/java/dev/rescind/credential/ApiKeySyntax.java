package dev.rescind.credential;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * How the API keys of a cluster are spelled: a prefix, {@value #RANDOM} random characters of base62
 * (256 bits), and the CRC-32 of all before it as {@value #CHECKSUM} more. So one is known for what
 * it is wherever it turns up, and a typo without being looked for.
 */
public final class ApiKeySyntax {
  /** What a prefix can be. */
  public static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9]{1,14}_");

  static final int RANDOM = 43;
  static final int CHECKSUM = 6;

  private static final int HINT = 4;
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final String prefix;

  /**
   * @throws IllegalArgumentException where the prefix is not as it must be
   */
  public ApiKeySyntax(String prefix) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException("a prefix of API keys is like " + PREFIX);
    }
    this.prefix = prefix;
  }

  /** Makes a key that nobody had before. */
  public String mint(SecureRandom random) {
    StringBuilder key = new StringBuilder(prefix);
    for (int i = 0; i < RANDOM; i++) {
      key.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return key + checksum(key.toString());
  }

  /** Whether a text begins as a key does, and is none: a typo, or cut off. */
  public boolean isMisspelt(String text) {
    return text.startsWith(prefix) && !isKey(text);
  }

  private boolean isKey(String text) {
    int end = prefix.length() + RANDOM;
    return text.length() == end + CHECKSUM
        && checksum(text.substring(0, end)).equals(text.substring(end))
        && text.chars().skip(prefix.length()).allMatch(c -> DIGITS.indexOf(c) >= 0);
  }

  /** The beginning of a key, by which people tell it from others and nobody can guess it. */
  public String hint(String key) {
    return key.substring(0, prefix.length() + HINT);
  }

  /** The expression by which a scanner for secrets finds keys. */
  public String expression() {
    return "\\b" + prefix + "[0-9A-Za-z]{" + (RANDOM + CHECKSUM) + "}\\b";
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    char[] digits = new char[CHECKSUM];
    long rest = crc.getValue();
    for (int i = CHECKSUM - 1; i >= 0; i--) {
      digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
      rest /= DIGITS.length();
    }
    return new String(digits);
  }
}
