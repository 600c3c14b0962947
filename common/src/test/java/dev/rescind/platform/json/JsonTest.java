package dev.rescind.platform.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "1",
        "\"{}\"",
        "{} {}",
        "{},",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "{\"a\":NaN}",
        "{\"a\":-Infinity}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e9999999999}",
        "{\"a\":[-1E-9999999999]}",
        "{\"a\":1,}",
        "{\"a\":\"\u0001\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud83d\":1}",
        "{a:1}",
        "{'a':1}",
        "//\n{}",
        "\ufeff{}"
      })
  void readsNothing_whereAnotherReaderMightReadOtherwise(String text) {
    assertThat(Json.parseObject(text)).isEmpty();
    assertThat(Json.parseObject(text.getBytes(UTF_8))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " \r\n\t{ } ",
        "{\"\":{\"\":[]}}",
        "{\"a\":-0,\"b\":1e5,\"c\":1.50,\"d\":1E400}",
        "{\"a\":\"\\ud83d\\ude00 \\u0000\"}"
      })
  void readsBackWhatItWrites(String text) {
    ObjectNode read = Json.parseObject(text).orElseThrow();

    assertThat(Json.parseObject(Json.write(read).getBytes(UTF_8))).contains(read);
  }

  @Test
  void readsUtf8AndNothingElse() {
    assertThat(Json.parseObject("{\"\u00e9\":\"\ud83d\ude00\"}".getBytes(UTF_8))).isPresent();
    assertThat(Json.parseObject(new byte[] {'{', '"', (byte) 0xe9, '"', ':', '1', '}'})).isEmpty();
    assertThat(
            Json.parseObject(new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}))
        .isEmpty();
    assertThat(Json.parseObject(new byte[] {'{', 0, '}', 0})).isEmpty();
  }

  @Test
  void isBoundedInDepthAndLength() {
    String deepest =
        "{\"a\":" + "[".repeat(Json.MAX_DEPTH - 1) + "]".repeat(Json.MAX_DEPTH - 1) + "}";

    assertThat(Json.parseObject(deepest)).isPresent();
    assertThat(Json.parseObject(deepest.replace("[]", "[[]]"))).isEmpty();
    assertThat(Json.parseObject("{\"a\":" + "9".repeat(257) + "}")).isEmpty();
    assertThat(Json.parseObject("{\"" + "a".repeat(1_025) + "\":1}")).isEmpty();
    assertThat(Json.parseObject("{\"a\":\"" + "a".repeat(64 * 1024 + 1) + "\"}")).isEmpty();
  }

  /** A table of names with the usual multiplier puts all of these into one slot. */
  @Test
  void readsNamesThatCollide() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < 512; i++) {
      text.append(i == 0 ? "\"" : ",\"");
      for (int bit = 0; bit < 9; bit++) {
        text.append((i >> bit & 1) == 0 ? "Ab" : "BA");
      }
      text.append("\":1");
    }

    assertThat(Json.parseObject(text.append('}').toString()).orElseThrow().size()).isEqualTo(512);
  }

  @Property
  void anyBytesAreReadWithoutAnException(@ForAll byte[] bytes) {
    assertThat(Json.parseObject(bytes)).isNotNull();
  }

  @Property
  void anyMixOfJsonsPiecesIsReadWithoutAnException_andWrittenAsItWasRead(
      @ForAll("pieces") String text) {
    Json.parseObject(text)
        .ifPresent(
            read -> assertThat(Json.parseObject(Json.write(read).getBytes(UTF_8))).contains(read));
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"a\"",
            "\"b\"",
            "\"\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "1",
            "-0",
            "1e9",
            "1e99999999999",
            "1.0",
            "true",
            "null",
            " ",
            "\"",
            "\\",
            "\ud800")
        .list()
        .ofMaxSize(12)
        .map(pieces -> String.join("", pieces))
        .map(middle -> "{\"x\":" + middle + "}");
  }
}
