package dev.rescind.platform.config;

import java.time.Duration;

/** Single values as they are spelled. */
final class ScalarReader {
  private static final int MAX_LENGTH = ValueFile.MAX_BYTES;

  private ScalarReader() {}

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException that says what it must be, and not what it is
   */
  static Object read(Class<?> type, Node.Text given) {
    String text = given.text();
    if (text.isEmpty() || given.spelling() == Node.Spelling.EMPTY) {
      throw new IllegalArgumentException("is empty: give it a value or leave it out");
    }
    if (type == Integer.class) {
      require(
          given,
          Node.Spelling.NUMBER,
          text.matches("0|-?[1-9][0-9]{0,9}")
              && Math.abs(Long.parseLong(text)) <= Integer.MAX_VALUE,
          "must be a whole number");
      return Integer.valueOf(text);
    }
    if (type == boolean.class) {
      require(
          given,
          Node.Spelling.BOOLEAN,
          text.equals("true") || text.equals("false"),
          "must be true or false");
      return Boolean.valueOf(text);
    }
    if (type == Duration.class) {
      return Durations.parse(text);
    }
    require(given, Node.Spelling.TEXT, true, "must be a text: put it into quotes");
    require(
        given,
        given.spelling(),
        text.length() <= MAX_LENGTH,
        "must have at most 65,536 characters");
    return type == Secret.class ? Secret.of(text) : text;
  }

  private static void require(
      Node.Text given, Node.Spelling spelling, boolean valid, String message) {
    boolean spelled = given.spelling() == spelling || given.spelling() == Node.Spelling.ANY;
    if (!spelled || !valid) {
      throw new IllegalArgumentException(message);
    }
  }
}
