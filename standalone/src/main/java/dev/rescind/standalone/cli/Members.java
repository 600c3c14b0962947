package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rescind.platform.json.Json;
import java.util.List;
import java.util.Set;

/** Members of a JSON object as arguments: {@code name=text} or {@code name:=json}. */
final class Members {
  private static final Set<String> TIMES = Set.of("exp", "iat", "nbf");

  private Members() {}

  static ObjectNode parse(List<String> arguments) throws Failure {
    ObjectNode members = Json.object();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      boolean json = equals > 0 && argument.charAt(equals - 1) == ':';
      String name = equals < 0 ? "" : argument.substring(0, json ? equals - 1 : equals);
      if (name.isEmpty()) {
        throw Failure.usage("an argument is not of the form name=text or name:=json");
      }
      String text = argument.substring(equals + 1);
      if (members.has(name)) {
        throw Failure.usage(Text.line(name) + " is given twice");
      }
      members.set(name, json ? json(name, text) : text(name, text));
    }
    return members;
  }

  /** A time in seconds is a number, for that is what it is in JSON; all else is text. */
  private static JsonNode text(String name, String text) {
    return TIMES.contains(name) ? time(text) : TextNode.valueOf(text);
  }

  /** A time as the services take it: seconds as a number, anything else as text. */
  static JsonNode time(String text) {
    return text.matches("[0-9]{1,12}")
        ? LongNode.valueOf(Long.parseLong(text))
        : TextNode.valueOf(text);
  }

  private static JsonNode json(String name, String text) throws Failure {
    return Json.parseObject("{\"value\":" + text + "}")
        .filter(object -> object.size() == 1)
        .map(object -> object.get("value"))
        .orElseThrow(() -> Failure.usage(Text.line(name) + " is not followed by JSON"));
  }
}
