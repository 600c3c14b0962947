package dev.rescind.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A form is read as a slow and plain reader of the same rules reads it. */
class FormBodyFuzzTest {
  private static final Pattern BROKEN = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  @FuzzTest(maxDuration = "1m")
  void aFormIsReadAsThePlainReaderReadsIt(byte[] body) {
    FormBody read = FormBody.parse(body);
    Map<String, String> plain = plain(body);

    assertThat(read == null).isEqualTo(plain == null);
    if (read != null && plain != null) {
      plain.forEach(
          (name, value) -> assertThat(read.get(name)).isEqualTo(value.isEmpty() ? null : value));
      assertThat(plain).hasSizeLessThanOrEqualTo(FormBody.MAX_PARAMETERS);
    }
  }

  private static @Nullable Map<String, String> plain(byte[] body) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : new String(body, StandardCharsets.ISO_8859_1).split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      String[] parts = pair.split("=", 2);
      String name = unescaped(parts[0]);
      String value = parts.length == 1 ? "" : unescaped(parts[1]);
      if (name == null || value == null || parameters.putIfAbsent(name, value) != null) {
        return null;
      }
    }
    return parameters.size() > FormBody.MAX_PARAMETERS ? null : parameters;
  }

  private static @Nullable String unescaped(String text) {
    if (BROKEN.matcher(text).find()) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(c == '+' ? ' ' : c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
