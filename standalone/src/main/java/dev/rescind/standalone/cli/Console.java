package dev.rescind.standalone.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command has from the process that it runs in.
 *
 * @param variables of the environment
 * @param directory that relative paths are relative to
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> variables,
    Path directory) {
  private static final int MAX_LINE = 64 * 1024;

  /** The process's own, in UTF-8 whatever the locale. */
  public static Console ofProcess() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        print(FileDescriptor.out),
        print(FileDescriptor.err),
        System.getenv(),
        Path.of(""));
  }

  private static PrintStream print(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** The text itself, or for {@code -} the first line of standard input. */
  String orFirstLine(String text) throws Failure {
    if (!text.equals("-")) {
      return text;
    }
    StringBuilder line = new StringBuilder();
    try {
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        if (line.length() == MAX_LINE) {
          throw Failure.usage("the line on standard input is longer than " + MAX_LINE + " bytes");
        }
        line.append((char) c);
      }
    } catch (IOException e) {
      throw Failure.usage("standard input cannot be read");
    }
    String read = line.toString().strip();
    if (read.isEmpty()) {
      throw Failure.usage("a line was expected on standard input, and there was none");
    }
    return read;
  }
}
