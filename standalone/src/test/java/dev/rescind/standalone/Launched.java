package dev.rescind.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged program in a process of its own, and the lines that it says. */
final class Launched implements AutoCloseable {
  private static final Path JAR = Path.of("target", "rescind.jar").toAbsolutePath();
  private static final long PATIENCE_SECONDS = 150;

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Thread reader;

  private Launched(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "reader");
    reader.start();
  }

  /** What it says to people and what it says of errors, in one stream. */
  static Launched in(Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", JAR.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile()).redirectErrorStream(true);
    return new Launched(builder.start());
  }

  private void read() {
    try (BufferedReader from =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      synchronized (lines) {
        lines.notifyAll();
      }
    }
  }

  /** Waits for a line that holds this. */
  Launched says(String text) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    synchronized (lines) {
      while (lines.stream().noneMatch(line -> line.contains(text))) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || !process.isAlive()) {
          throw new AssertionError("it has not said '" + text + "' but " + lines);
        }
        lines.wait(Math.min(1_000, left / 1_000_000 + 1));
      }
    }
    return this;
  }

  /** Waits for its end; its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it has not ended; it said " + lines());
    }
    reader.join();
    return process.exitValue();
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  List<ProcessHandle> children() {
    return process.children().toList();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** What Ctrl-D or the end of the parent is to a process. */
  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
