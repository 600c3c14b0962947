package dev.rescind.system.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of the cluster, which can be started again with the same command. */
final class Child {
  private final String name;
  private final Path log;
  private final List<String> command;
  private final Map<String, String> environment;
  private @Nullable Process process;
  private volatile boolean paused;

  Child(String name, Path log, List<String> command, Map<String, String> environment) {
    this.name = name;
    this.log = log;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether it runs, and was not paused. */
  boolean isRunning() {
    return isAlive() && !paused;
  }

  void start() {
    start(Map.of());
  }

  /**
   * Starts it, unless it runs.
   *
   * @param more of the environment, for this time
   */
  synchronized void start(Map<String, String> more) {
    if (process != null && process.isAlive()) {
      return;
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    builder.environment().putAll(more);
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    paused = false;
  }

  /** {@code kill -9}. */
  synchronized void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      await(running, 10);
    }
  }

  /** {@code SIGTERM}, and what it takes to end; killed where that is too long. */
  synchronized void stop() {
    Process running = process;
    if (running == null) {
      return;
    }
    resume();
    running.destroy();
    if (!await(running, 20)) {
      kill();
    }
  }

  private static boolean await(Process running, long seconds) {
    try {
      return running.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** {@code SIGSTOP}. */
  void pause() {
    paused = true;
    signal("STOP");
  }

  /** {@code SIGCONT}. */
  void resume() {
    if (paused) {
      signal("CONT");
      paused = false;
    }
  }

  private void signal(String signal) {
    Shell.run("kill", "-" + signal, Long.toString(pid()));
  }

  synchronized long pid() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return running.pid();
  }
}
