package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 8, unit = TimeUnit.MINUTES)
class UpIT {
  @TempDir Path directory;

  @Test
  void keepsEverything_whenItIsKilled() throws Exception {
    String base = freeBase(2);
    String jwt;
    String opaque;
    try (Launched up = Launched.in(directory, "up", "--nodes", "2", "--port-base", base)) {
      up.says("Ready");
      opaque = says(0, "", "register", "sub=alice");
      jwt = says(0, "", "mint", "--sub", "bob", "--ttl", "3600", "--alg", "ES256");
      says(0, opaque, "introspect", "-", "--all");
      says(0, jwt, "introspect", "-", "--all");
      says(0, "", "revoke", "subject", "sub=bob", "--confirm", "--confirm-timeout", "30000");
      says(1, jwt, "introspect", "-", "--all");

      List<ProcessHandle> children = up.children();
      assertThat(children).hasSize(1);
      up.kill();
      for (ProcessHandle child : children) {
        child.onExit().get(30, TimeUnit.SECONDS);
      }
    }
    try (Launched up = Launched.in(directory, "up", "--nodes", "2", "--port-base", base)) {
      up.says("Ready");
      says(1, jwt, "introspect", "-", "--all");
      says(0, opaque, "introspect", "-", "--all");

      up.children().get(0).destroyForcibly();
      up.says("introspector-2 has ended");
      up.terminate();
      assertThat(up.exitCode()).isZero();
    }
  }

  @Test
  void printsCommandsThatWork_andNoSecret() throws Exception {
    try (Launched up =
        Launched.in(directory, "up", "--data", "my data", "--port-base", freeBase(1))) {
      up.says("Ready");
      List<String> commands =
          up.says("/v1/revocations").lines().stream()
              .filter(line -> line.startsWith(". "))
              .toList();
      assertThat(commands).hasSize(3);

      assertThat(inShell(commands.get(0))).contains("fingerprint");
      assertThat(isActive(inShell(commands.get(1)))).isTrue();
      assertThat(inShell(commands.get(2))).contains("\"issued_before\":\"always\"");
      String env = directory.resolve("my data/demo.env").toString();
      String token = commands.get(1).replaceFirst(".*token=", "");
      assertThat(new TestConsole(directory).saying(token).run("introspect", "-", "--env", env))
          .isEqualTo(1);

      up.terminate();
      assertThat(up.exitCode()).isZero();
      assertThat(Files.getPosixFilePermissions(Path.of(env)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertNoSecret(up.lines(), Path.of(env));
    }
  }

  @Test
  void refusesAPortThatIsTaken_beforeItStartsAnything() throws Exception {
    String base = freeBase(1);
    try (ServerSocket taken =
        new ServerSocket(Integer.parseInt(base) + 1, 1, InetAddress.getLoopbackAddress())) {
      refuses("port " + taken.getLocalPort() + " (publisher)", "up", "--port-base", base);
    }
    assertThat(directory.resolve(".rescind/demo.env")).doesNotExist();
  }

  @Test
  void refusesADirectoryThatItCannotWriteTo() throws Exception {
    Files.writeString(directory.resolve("file"), "");
    refuses("cannot be written to", "up", "--data", "file/below");
    refuses("is not a directory", "up", "--data", "file");
  }

  @Test
  void refusesADirectoryThatAnotherHolds() throws Exception {
    try (DataDirectory held = DataDirectory.take(directory.resolve("held"))) {
      assertThat(held.path()).isDirectory();
      refuses("in use by another", "up", "--data", "held");
    }
  }

  @Test
  void endsANode_whenItsLauncherIsGone_alsoWhileItStarts() throws Exception {
    Ports ports = new Ports(Integer.parseInt(freeBase(1)), 1);
    new ServiceConfigs(ports, DemoSecrets.keptIn(directory)).writeTo(directory);
    String config = ServiceConfigs.introspector(directory, 1).toString();
    try (Launched node = Launched.in(directory, NodeCommand.NAME, "--config", config)) {
      node.says("Waiting for Kafka"); // for which it would wait for ever
      node.endInput();
      assertThat(node.exitCode()).isEqualTo(1);
    }
  }

  private void refuses(String reason, String... arguments) throws Exception {
    try (Launched up = Launched.in(directory, arguments)) {
      assertThat(up.exitCode()).isEqualTo(4);
      assertThat(up.lines()).hasSize(1);
      assertThat(up.lines().get(0)).startsWith("rescind: ").contains(reason);
    }
  }

  /** What a command says, which ends as it should. */
  private String says(int exitCode, String in, String... arguments) {
    TestConsole console = new TestConsole(directory).saying(in + "\n");
    // A node that was starved of its CPU for a moment is undecided until it has caught up.
    int code = console.run(arguments);
    for (int i = 0; i < 50 && code == 3; i++) {
      code = console.run(arguments);
    }
    assertThat(code).as(console.out() + console.err()).isEqualTo(exitCode);
    return console.out().strip();
  }

  private String inShell(String command) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(said).isZero();
    return said;
  }

  private static boolean isActive(String answer) {
    return Json.parseObject(answer).orElseThrow().path("active").asBoolean();
  }

  private static void assertNoSecret(List<String> lines, Path env) throws IOException {
    List<String> secrets =
        Files.readAllLines(env).stream()
            .filter(line -> line.contains("_SECRET="))
            .map(line -> line.replaceFirst("^[^']*'(.*)'$", "$1"))
            .toList();
    assertThat(secrets).hasSize(4).allMatch(secret -> secret.length() > 40);
    assertThat(lines).noneMatch(line -> secrets.stream().anyMatch(line::contains));
  }

  /** Below the ports that the system gives to who asks for any. */
  private static String freeBase(int nodes) {
    while (true) {
      int base = ThreadLocalRandom.current().nextInt(20_000, 31_000);
      if (new Ports(base, nodes).taken().isEmpty()) {
        return String.valueOf(base);
      }
    }
  }
}
