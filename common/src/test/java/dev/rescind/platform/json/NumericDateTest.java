package dev.rescind.platform.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumericDateTest {
  private static JsonNode number(String text) {
    return Json.parseObject("{\"n\":" + text + "}").orElseThrow().get("n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "-0, 0, 0",
    "-0.0, 0, 0",
    "1.5e9, 1500000000, 1500000000",
    "15E+8, 1500000000, 1500000000",
    "1500000000.000, 1500000000, 1500000000",
    "1500000000.001, 1500000000, 1500000001",
    "1500000000.999, 1500000000, 1500000001",
    "1e-60, 0, 1",
    "253402300799, 253402300799, 253402300799"
  })
  void isRoundedToWholeSeconds(String text, long floor, long ceil) {
    assertThat(NumericDate.floor(number(text))).isEqualTo(OptionalLong.of(floor));
    assertThat(NumericDate.ceil(number(text))).isEqualTo(OptionalLong.of(ceil));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-0.5",
        "253402300799.5",
        "253402300800",
        "1800000000000000000000",
        "1e400",
        "1e999999999",
        "1e-999999999",
        "0e999999999",
        "true",
        "null",
        "\"1800000000\"",
        "[1]",
        "{}"
      })
  void isNothing_whereTheValueIsNoNumberInRange(String text) {
    assertThat(NumericDate.floor(number(text))).isEmpty();
    assertThat(NumericDate.ceil(number(text))).isEmpty();
  }

  @Test
  void isNothing_whereThereIsNoValue() {
    assertThat(NumericDate.floor(Json.object().path("n"))).isEmpty();
  }
}
