package dev.rescind.platform.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rescind.platform.config.ServiceKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service as the process that it is. */
@Timeout(60)
class ServiceProcessIT {
  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

  /** A service that says on standard output what it does. */
  static final class Sample {
    private Sample() {}

    public static void main(String[] args) {
      String manner = String.valueOf(System.getProperty("manner"));
      ServiceMain.run(
          args,
          new ServiceMain.Program(
              ServiceKind.INTROSPECTOR,
              config -> {
                if (manner.equals("fails")) {
                  throw new IOException("no disk");
                }
                System.out.println("started");
                if (manner.equals("starts for ever")) {
                  new CountDownLatch(1).await();
                }
                if (manner.equals("starts though interrupted")) {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    System.out.println("interrupted");
                    Thread.currentThread().interrupt();
                  }
                }
                return new Running() {
                  @Override
                  public void reload() {
                    System.out.println("reloaded");
                  }

                  @Override
                  public void close() {
                    System.out.println("closed");
                    while (manner.equals("closes for ever")) {
                      LockSupport.park();
                    }
                  }
                };
              }));
    }
  }

  @TempDir Path directory;
  private @Nullable Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private Process start(String manner) throws IOException {
    Path file = directory.resolve("service.yaml");
    Files.writeString(
        file,
        """
        profile: development
        kafka: {bootstrap_servers: ["kafka-1:9092"]}
        log_keys: {mac_keys: [{id: mac-1, secret: %1$s}]}
        grid: {members: ["introspector-1:5701"], seal_keys: [{id: seal-1, secret: %1$s}]}
        """
            .formatted(SECRET));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dmanner=" + manner,
                "-cp",
                System.getProperty("java.class.path"),
                Sample.class.getName(),
                "--config",
                file.toString())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("RESCIND_"));
    Process started = builder.start();
    process = started;
    return started;
  }

  private static List<String> linesUntil(BufferedReader reader, String last) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      if (line.equals(last)) {
        break;
      }
    }
    return lines;
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void closesTheServiceOnSigterm() throws Exception {
    Process started = start("well");
    try (BufferedReader reader = started.inputReader()) {
      List<String> lines = linesUntil(reader, "started");
      started.toHandle().destroy(); // leaves the streams open
      lines.addAll(linesUntil(reader, "at the end"));

      assertThat(exitCode(started)).isEqualTo(143);
      assertThat(lines).contains("closed");
      assertThat(lines.toString()).contains("\"message\":\"Stopped\"").doesNotContain(SECRET);
      List<String> logged =
          lines.stream().filter(line -> line.contains("starts with this")).toList();
      assertThat(logged).hasSize(1);
      assertThat(JsonMapper.builder().build().readTree(logged.get(0)).get("message").asText())
          .startsWith(
              "introspector dev starts with this configuration:\nprofile: development\nnode:\n");
    }
  }

  @Test
  void loadsItsConfigurationAnewOnSighup() throws Exception {
    Process started = start("well");
    try (BufferedReader reader = started.inputReader()) {
      String line = reader.readLine();
      while (line != null && !line.contains("SIGHUP")) {
        line = reader.readLine();
      }
      assertThat(new ProcessBuilder("sh", "-c", "kill -HUP " + started.pid()).start().waitFor())
          .isZero();

      assertThat(linesUntil(reader, "reloaded")).contains("reloaded");
      assertThat(started.isAlive()).isTrue();
    }
  }

  @Test
  void endsOnSigtermThoughTheServiceDoesNotClose() throws Exception {
    Process started = start("closes for ever");
    try (BufferedReader reader = started.inputReader()) {
      linesUntil(reader, "started");
      started.toHandle().destroy(); // leaves the streams open

      assertThat(linesUntil(reader, "at the end").toString()).contains("Not closed within 5 s");
      assertThat(exitCode(started)).isEqualTo(143);
    }
  }

  @Test
  void endsOnSigtermWhileItStarts() throws Exception {
    Process started = start("starts for ever");
    try (BufferedReader reader = started.inputReader()) {
      linesUntil(reader, "started");
      started.toHandle().destroy(); // leaves the streams open

      assertThat(linesUntil(reader, "at the end").toString())
          .doesNotContain("Not closed", "cannot start");
      assertThat(exitCode(started)).isEqualTo(143);
    }
  }

  @Test
  void closesWhatHasStartedAfterAll() throws Exception {
    Process started = start("starts though interrupted");
    try (BufferedReader reader = started.inputReader()) {
      linesUntil(reader, "started");
      started.toHandle().destroy(); // leaves the streams open
      List<String> lines = linesUntil(reader, "at the end");

      assertThat(exitCode(started)).isEqualTo(143);
      assertThat(lines).contains("interrupted", "closed");
      assertThat(lines.toString()).contains("\"message\":\"Stopped\"");
    }
  }

  @Test
  void exitsWithOneLineWhenItCannotStart() throws Exception {
    Process started = start("fails");
    try (BufferedReader reader = started.inputReader()) {
      List<String> lines = linesUntil(reader, "at the end");

      assertThat(exitCode(started)).isEqualTo(1);
      assertThat(lines).contains("introspector: cannot start: no disk");
      assertThat(lines.toString()).doesNotContain("\tat ");
    }
  }
}
