package dev.rescind.platform.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;

/** Seconds since the epoch as a JSON number (RFC 7519 section 2), up to the end of year 9999. */
public final class NumericDate {
  public static final long MAX = 253_402_300_799L;

  /** A longer fraction or exponent is nobody's clock, and costs time to round. */
  private static final int MAX_SCALE = 64;

  private static final BigDecimal LIMIT = BigDecimal.valueOf(MAX);

  private NumericDate() {}

  /** Whole seconds, the fraction cut off; empty for anything but a number in range. */
  public static OptionalLong floor(JsonNode node) {
    return round(node, RoundingMode.FLOOR);
  }

  /** Whole seconds, a fraction counted as one; empty for anything but a number in range. */
  public static OptionalLong ceil(JsonNode node) {
    return round(node, RoundingMode.CEILING);
  }

  private static OptionalLong round(JsonNode node, RoundingMode mode) {
    if (!node.isNumber()) {
      return OptionalLong.empty();
    }
    BigDecimal value = node.decimalValue();
    if (Math.abs((long) value.scale()) > MAX_SCALE
        || value.signum() < 0
        || value.compareTo(LIMIT) > 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(value.setScale(0, mode).longValueExact());
  }
}
