package dev.rescind.standalone;

import dev.rescind.standalone.cli.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The command line with its surroundings in memory. */
final class TestConsole {
  private final Path directory;
  private final Map<String, String> variables = new TreeMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String in = "";

  TestConsole(Path directory) {
    this.directory = directory;
  }

  TestConsole with(String name, String value) {
    variables.put(name, value);
    return this;
  }

  TestConsole saying(String text) {
    in = text;
    return this;
  }

  /** The exit code. */
  int run(String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.copyOf(variables),
            directory);
    return Rescind.commandLine(console).execute(arguments);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
