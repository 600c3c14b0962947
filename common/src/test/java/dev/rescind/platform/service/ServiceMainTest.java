package dev.rescind.platform.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.config.ServiceKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ServiceMainTest {
  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private final List<ServiceConfig> started = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private ServiceMain.Starter starter =
      source -> {
        started.add(source.config());
        return () -> closed.add("closed");
      };
  private String file = "";

  @BeforeEach
  void writeFile() throws IOException {
    file = directory.resolve("service.yaml").toString();
    Files.writeString(
        Path.of(file),
        """
        profile: development
        kafka: {bootstrap_servers: ["kafka-1:9092"]}
        log_keys: {mac_keys: [{id: mac-1, secret: %1$s}]}
        grid: {members: ["introspector-1:5701"], seal_keys: [{id: seal-1, secret: %1$s}]}
        """
            .formatted(SECRET));
  }

  /** Runs a command line with a life that ends at once. */
  private int run(String... args) {
    ServiceMain.Program program =
        new ServiceMain.Program(ServiceKind.PUBLISHER, config -> starter.start(config));
    Lifetime lifetime = start -> start.call().close();
    return new ServiceMain(program, environment, lifetime, stream(out), stream(err)).execute(args);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void startsTheServiceWithItsOwnPortsAndClosesIt() {
    assertThat(run("--config", file)).isZero();

    assertThat(started).hasSize(1);
    assertThat(started.get(0).http().port()).isEqualTo(8081);
    assertThat(started.get(0).management().port()).isEqualTo(9081);
    assertThat(closed).containsExactly("closed");
    assertThat(err()).isEmpty();
  }

  @Test
  void saysThatTheConfigurationIsValidWithoutStarting() {
    assertThat(run("--config=" + file, "--check-config")).isZero();

    assertThat(out()).isEqualTo("configuration is valid\n");
    assertThat(started).isEmpty();
  }

  @Test
  void printsEveryProblemOnALineOfItsOwn() throws IOException {
    Files.writeString(Path.of(file), "http: {port: 0}\ngrid: {port: none}\n");
    environment.put("RESCIND_NONSENSE", "x");
    for (String action : new String[] {"--check-config", "--print-config", ""}) {
      err.reset();

      assertThat(action.isEmpty() ? run("--config", file) : run("--config", file, action))
          .isEqualTo(2);

      assertThat(err().lines())
          .contains(
              "RESCIND_NONSENSE: is not a known variable",
              file + ", line 1: http.port must be 1 to 65535",
              file + ", line 2: grid.port must be a whole number",
              file + ": kafka.bootstrap_servers must name at least one broker");
      assertThat(out()).isEmpty();
    }
    assertThat(started).isEmpty();
  }

  @Test
  void printsTheConfigurationInForceWithoutItsSecrets() {
    environment.put("RESCIND_HTTP_PORT", "18080");

    assertThat(run("--print-config", "--config", file)).isZero();

    assertThat(out())
        .contains("http:\n  host: 0.0.0.0\n  port: 18080\n", "port: 9081", "secret: '***'")
        .doesNotContain(SECRET);
    assertThat(started).isEmpty();
  }

  @Test
  void printsItsVersionAndItsHelp() {
    assertThat(run("--version")).isZero();
    assertThat(out()).isEqualTo("revocation-publisher " + Version.CURRENT + "\n");
    out.reset();

    assertThat(run("--help")).isZero();
    assertThat(out())
        .contains(
            "revocation-publisher --config FILE", "--check-config", "--print-config", "--version");
    assertThat(err()).isEmpty();
  }

  @Test
  void refusesACommandLineThatItDoesNotKnow() {
    Map<String[], String> wrong =
        Map.of(
            new String[] {},
            "--config FILE is required",
            new String[] {"--check-config"},
            "--config FILE is required",
            new String[] {"--config"},
            "--config needs a file",
            new String[] {"--config", "--check-config"},
            "--config needs a file",
            new String[] {"--config="},
            "--config needs a file",
            new String[] {"--config", file, "--config", file},
            "--config is given twice",
            new String[] {"--config", file, "--port"},
            "unknown option --port",
            new String[] {"run"},
            "an argument that is no option",
            new String[] {"--config", file, "--check-config", "--print-config"},
            "--print-config does not go with what is before it");
    wrong.forEach(
        (args, message) -> {
          err.reset();

          assertThat(run(args)).isEqualTo(2);

          assertThat(err()).isEqualTo("revocation-publisher: " + message + " (see --help)\n");
        });
    assertThat(started).isEmpty();
  }

  @Test
  void saysOnOneLineWhyItCannotStart() {
    starter =
        config -> {
          throw new IllegalStateException(
              "the disk\ncannot be written", new IOException("no space left"));
        };

    assertThat(run("--config", file)).isEqualTo(1);

    assertThat(err())
        .isEqualTo(
            "revocation-publisher: cannot start: the disk; cannot be written: no space left\n");
  }

  @Test
  void namesThePortsOfWhichOneIsTaken() {
    starter =
        config -> {
          throw new IOException(new BindException("Address already in use"));
        };

    assertThat(run("--config", file)).isEqualTo(1);

    assertThat(err())
        .contains(
            "Address already in use (http.port is 8081, management.port 9081, grid.port 5701)");
  }

  @Test
  void refusesLogSettingsThatItDoesNotKnow() {
    environment.put("RESCIND_LOG_FORMAT", "xml");
    environment.put("RESCIND_LOG_LEVEL", "verbose");

    assertThat(run("--config", file, "--check-config")).isEqualTo(2);

    assertThat(err())
        .isEqualTo(
            """
            RESCIND_LOG_FORMAT: must be json, text
            RESCIND_LOG_LEVEL: must be TRACE, DEBUG, INFO, WARN, ERROR, OFF
            """);
  }
}
