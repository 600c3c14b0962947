package dev.rescind.platform.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an {@code application/x-www-form-urlencoded} body, each there once (RFC 6749
 * section 3.2). One without a value counts as left out.
 */
public final class FormBody {
  /** No request of the endpoints here has more parameters than this. */
  public static final int MAX_PARAMETERS = 64;

  private static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

  private final Map<String, String> parameters;

  private FormBody(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /** Whether a {@code Content-Type} says that the body is a form, in UTF-8 or unsaid. */
  public static boolean isForm(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    if (!type.strip().equalsIgnoreCase(MEDIA_TYPE)) {
      return false;
    }
    if (semicolon < 0) {
      return true;
    }
    String parameter = contentType.substring(semicolon + 1).strip().replace("\"", "");
    return parameter.isEmpty() || parameter.equalsIgnoreCase("charset=utf-8");
  }

  /**
   * Parses a body; null where a parameter is there twice, there are too many, or an escape or the
   * UTF-8 is broken.
   */
  public static @Nullable FormBody parse(byte[] body) {
    Map<String, String> parameters = new LinkedHashMap<>();
    int start = 0;
    while (start < body.length) {
      int end = indexOf(body, '&', start, body.length);
      if (end > start) {
        int equals = indexOf(body, '=', start, end);
        String name = decode(body, start, equals);
        String value = equals == end ? "" : decode(body, equals + 1, end);
        if (name == null
            || value == null
            || parameters.put(name, value) != null
            || parameters.size() > MAX_PARAMETERS) {
          return null;
        }
      }
      start = end + 1;
    }
    return new FormBody(parameters);
  }

  /** A parameter's value; null where it is absent or empty. */
  public @Nullable String get(String name) {
    String value = parameters.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static int indexOf(byte[] body, char wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (body[i] == wanted) {
        return i;
      }
    }
    return to;
  }

  private static @Nullable String decode(byte[] body, int from, int to) {
    boolean plain = true;
    for (int i = from; i < to && plain; i++) {
      plain = body[i] != '%' && body[i] != '+' && body[i] >= 0;
    }
    if (plain) {
      return new String(body, from, to - from, StandardCharsets.US_ASCII);
    }
    byte[] decoded = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (body[i] == '+') {
        decoded[length++] = ' ';
      } else if (body[i] != '%') {
        decoded[length++] = body[i];
      } else {
        int high = i + 2 < to ? Character.digit(body[i + 1], 16) : -1;
        int low = i + 2 < to ? Character.digit(body[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          return null;
        }
        decoded[length++] = (byte) (high << 4 | low);
        i += 2;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Arrays.copyOf(decoded, length)))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public String toString() {
    return "FormBody" + parameters.keySet();
  }
}
