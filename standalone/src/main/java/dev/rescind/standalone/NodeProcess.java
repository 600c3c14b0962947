package dev.rescind.standalone;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An introspector in a process of its own. Its standard input is a pipe from this process: when
 * that ends, by whatever cause, so does the node.
 */
final class NodeProcess {
  private static final Duration PATIENCE = NodeCommand.PATIENCE.plusMillis(100);
  private static final int TAIL_BYTES = 4_096;
  private static final int TAIL_LINES = 8;

  private final int node;
  private final Path log;
  private final Process process;

  private NodeProcess(int node, Path log, Process process) {
    this.node = node;
    this.log = log;
    this.process = process;
  }

  static NodeProcess start(int node, Path config, Path log) throws IOException {
    if (Files.exists(log)) {
      Path last = log.resolveSibling(log.getFileName() + ".1");
      Files.move(log, last, StandardCopyOption.REPLACE_EXISTING);
    }
    ProcessBuilder builder = new ProcessBuilder(command(config));
    // Variables meant for the command line would override the node's configuration.
    builder.environment().keySet().removeIf(name -> name.startsWith("RESCIND_"));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new NodeProcess(node, log, builder.start());
  }

  private static List<String> command(Path config) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2"));
    // Those that the launcher was given for this JDK count here too.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(NodeProcess::isShared)
        .forEach(command::add);
    String classPath = System.getProperty("java.class.path");
    if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
      command.addAll(List.of("-jar", classPath));
    } else {
      command.addAll(List.of("-cp", classPath, Rescind.class.getName()));
    }
    command.addAll(List.of(NodeCommand.NAME, "--config", config.toString()));
    return command;
  }

  private static boolean isShared(String flag) {
    return flag.startsWith("--sun-misc-unsafe-memory-access=")
        || flag.startsWith("-XX:SharedArchiveFile=")
        || flag.startsWith("-Xlog:");
  }

  String name() {
    return "introspector-" + node;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** How it ended, and the end of what it said. */
  String epitaph() {
    StringBuilder text = new StringBuilder();
    text.append(name()).append(" has ended with status ").append(process.exitValue());
    text.append("; the end of ").append(log).append(':');
    tail().forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  private List<String> tail() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(0, file.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    } catch (IOException e) {
      return List.of("(cannot be read)");
    }
  }

  /** Asks it to stop, which it does in bounded time. */
  void stop() {
    // Not Process.destroy(), which closes the pipe: the node would not stop in order.
    process.toHandle().destroy();
    try {
      if (process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
