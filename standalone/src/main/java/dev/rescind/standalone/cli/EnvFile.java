package dev.rescind.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of {@code NAME='value'} lines, as a shell would source it; the value's quotes may be left
 * out where no shell needs them. Empty lines and those that begin with {@code #} are skipped.
 */
final class EnvFile {
  private static final Pattern LINE =
      Pattern.compile(
          "(?:export )?([A-Za-z_][A-Za-z0-9_]*)=(?:'([^']*)'|([A-Za-z0-9_./:@%+,=-]*))");
  private static final long MAX_BYTES = 64 * 1024;

  private EnvFile() {}

  static Map<String, String> read(Path file) throws Failure {
    String text;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw Failure.usage(file + " is longer than " + MAX_BYTES + " bytes");
      }
      text = Files.readString(file);
    } catch (IOException e) {
      throw Failure.usage(file + " cannot be read");
    }
    return parse(text, file.toString());
  }

  static Map<String, String> parse(String text, String name) throws Failure {
    Map<String, String> variables = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(stripped);
      if (!matcher.matches()) {
        throw Failure.usage(name + " line " + number + " is not of the form NAME='value'");
      }
      String quoted = matcher.group(2);
      String value = quoted == null ? matcher.group(3) : quoted;
      if (variables.put(matcher.group(1), value) != null) {
        throw Failure.usage(name + " line " + number + " sets " + matcher.group(1) + " again");
      }
    }
    return variables;
  }
}
