package dev.rescind.platform.httpsig;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The parameters of a query as {@code @query-param} covers them (RFC 9421 section 2.2.8). */
final class QueryParameters {
  private static final String HEX = "0123456789ABCDEF";

  private QueryParameters() {}

  /**
   * The values of a parameter, percent-encoded anew.
   *
   * @param encodedName the name, encoded likewise
   */
  static List<String> values(String query, String encodedName) {
    List<String> values = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (encode(decode(name)).equals(encodedName)) {
        values.add(encode(decode(equals < 0 ? "" : pair.substring(equals + 1))));
      }
    }
    return values;
  }

  /** As the URL standard decodes forms; an escape that is none stands for itself. */
  private static byte[] decode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
      if (low >= 0) {
        decoded.write(high << 4 | low);
        i += 2;
      } else {
        decoded.write(bytes[i] == '+' ? ' ' : bytes[i]);
      }
    }
    return decoded.toByteArray();
  }

  private static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte one : bytes) {
      char c = (char) (one & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "*-._".indexOf(c) >= 0;
      if (plain) {
        text.append(c);
      } else {
        text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
      }
    }
    return text.toString();
  }
}
