package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.json.NumericDate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Text for people: no control characters, columns that line up. */
final class Text {
  private static final int MAX_LINE = 1_000;
  private static final Set<String> TIMES = Set.of("exp", "iat", "nbf", "auth_time", "updated_at");

  private Text() {}

  /** One line of bounded length that does nothing to a terminal. */
  static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(MAX_LINE)
        .forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
    return line.toString().strip();
  }

  static String line(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getSimpleName() : line(message);
  }

  /** Rows with their columns padded to the widest of each. */
  static List<String> table(List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        if (i == widths.size()) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths.get(i) - row.get(i).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** An object's members but those left out, a row each; seconds as the time that they mean. */
  static List<List<String>> rows(ObjectNode object, Set<String> but) {
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!but.contains(member.getKey())) {
        rows.add(List.of(line(member.getKey()), value(member.getKey(), member.getValue())));
      }
    }
    return rows;
  }

  private static String value(String name, JsonNode value) {
    OptionalLong seconds = TIMES.contains(name) ? NumericDate.floor(value) : OptionalLong.empty();
    if (seconds.isPresent()) {
      return Instant.ofEpochSecond(seconds.getAsLong()).toString();
    }
    return line(value.isTextual() ? value.textValue() : Json.write(value));
  }
}
