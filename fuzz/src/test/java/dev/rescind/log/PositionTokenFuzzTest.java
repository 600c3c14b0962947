package dev.rescind.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rescind.credential.Base64Url;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

class PositionTokenFuzzTest {
  private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
  private static final int NUMBERS = 3 * Long.BYTES;

  @FuzzTest(maxDuration = "1m")
  void aPositionIsReadFromItsOneSpelling_andFromNothingElse(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    PositionToken.parse(text, KEYS)
        .ifPresent(read -> assertThat(read.encode(KEYS)).isEqualTo(text));

    if (data.length > NUMBERS) {
      ByteBuffer in = ByteBuffer.wrap(data);
      PositionToken token = new PositionToken(new UUID(in.getLong(), in.getLong()), in.getLong());
      String encoded = token.encode(KEYS);
      assertThat(PositionToken.parse(encoded, KEYS)).contains(token);

      byte[] bytes = Base64Url.decode(encoded).orElseThrow();
      int at = (data[NUMBERS] & 0xff) % bytes.length;
      byte flipped = data.length > NUMBERS + 1 ? data[NUMBERS + 1] : 1;
      bytes[at] ^= flipped == 0 ? 1 : flipped;
      assertThat(PositionToken.parse(Base64Url.encode(bytes), KEYS)).isEmpty();
      byte[] shorter = Arrays.copyOf(bytes, at);
      assertThat(PositionToken.parse(Base64Url.encode(shorter), KEYS)).isEmpty();
    }
  }
}
