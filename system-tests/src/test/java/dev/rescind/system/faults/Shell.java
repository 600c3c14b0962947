package dev.rescind.system.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs small programs of the operating system, each to its end. */
final class Shell {
  private static final long LIMIT_SECONDS = 20;

  /** What a program ended with, and all that it wrote. */
  record Result(int exit, String output) {
    boolean succeeded() {
      return exit == 0;
    }
  }

  private Shell() {}

  static Result run(String... command) {
    return run(List.of(command), null);
  }

  /**
   * Runs a program; one that is not there ends with 127, one that takes too long with 124.
   *
   * @param input what it reads, or null for nothing
   */
  static Result run(List<String> command, @Nullable String input) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var out = process.getOutputStream()) {
        if (input != null) {
          out.write(input.getBytes(StandardCharsets.UTF_8));
        }
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Result(124, output);
      }
      return new Result(process.exitValue(), output.strip());
    } catch (IOException e) {
      return new Result(127, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(130, "interrupted");
    }
  }

  /** Runs a program that must succeed. */
  static String must(String... command) {
    return must(List.of(command), null);
  }

  static String must(List<String> command, @Nullable String input) {
    Result result = run(command, input);
    if (!result.succeeded()) {
      throw new UncheckedIOException(
          new IOException(
              String.join(" ", command) + " ended with " + result.exit() + ": " + result.output()));
    }
    return result.output();
  }
}
