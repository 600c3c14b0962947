package dev.rescind.platform.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.config.ConfigProblem;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.config.ServiceKind;
import dev.rescind.platform.service.ConfigReload.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ConfigReloadTest {
  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";
  private static final String HASH =
      "$pbkdf2-sha256$i=1000$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

  @TempDir Path directory;

  private final List<List<String>> configured = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private int keysChanged;
  private Path file = Path.of("");
  private Path hash = Path.of("");
  private Path jwks = Path.of("");
  private @Nullable ConfigReload made;

  @BeforeEach
  void start() throws Exception {
    file = directory.resolve("service.yaml");
    hash = directory.resolve("hash");
    jwks = directory.resolve("jwks.json");
    Files.writeString(hash, HASH);
    Files.writeString(jwks, "{\"keys\":[]}");
    write("", "first", "second");
    made =
        new ConfigReload(
            ConfigSource.load(file, Map.of(), ServiceKind.INTROSPECTOR),
            new ConfigReload.Target() {
              @Override
              public void configure(ServiceConfig config) {
                configured.add(config.identities().stream().map(IdentityConfig::clientId).toList());
              }

              @Override
              public void keysChanged() {
                keysChanged++;
              }
            });
    reload().register(metrics);
  }

  private ConfigReload reload() {
    return requireNonNull(made);
  }

  private void write(String more, String... clientIds) throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            profile: development
            kafka: {bootstrap_servers: ["kafka-1:9092"]}
            log_keys: {mac_keys: [{id: mac-1, secret: %1$s}]}
            grid: {members: ["introspector-1:5701"], seal_keys: [{id: seal-1, secret: %1$s}]}
            issuers: [{iss: "https://as.example", keys: {jwks_file: "%2$s"}}]
            identities:
            """
                .formatted(SECRET, jwks));
    for (String clientId : clientIds) {
      yaml.append("  - {client_id: %s, secret_hashes_file: \"%s\"}\n".formatted(clientId, hash));
    }
    Files.writeString(file, yaml + more);
  }

  @Test
  void saysWhoWasAddedChangedAndRemoved() throws IOException {
    write("", "second", "third");
    Files.writeString(hash, HASH.replace("1000", "1001"));

    Outcome outcome = reload().reload();

    assertThat(outcome)
        .isEqualTo(
            new Outcome.Applied(
                new ConfigReload.Changes(List.of("third"), List.of("second"), List.of("first")),
                new ConfigReload.Changes(List.of(), List.of(), List.of()),
                List.of()));
    assertThat(configured).containsExactly(List.of("second", "third"));
    assertThat(reload().warnings()).isEmpty();
  }

  @Test
  void saysOfTheIssuersToo() throws IOException {
    Files.writeString(
        file, Files.readString(file).replace("https://as.example", "https://b.example"));

    assertThat(reload().reload())
        .isInstanceOfSatisfying(
            Outcome.Applied.class,
            applied -> {
              assertThat(applied.issuers().added()).containsExactly("https://b.example");
              assertThat(applied.issuers().removed()).containsExactly("https://as.example");
            });
  }

  @Test
  void keepsWhatIsInForce_andSaysWhy_whereTheFileHasProblems() throws IOException {
    write("http: {port: 0}\nnonsense: 1\n", "first");

    Outcome outcome = reload().reload();

    assertThat(outcome)
        .isEqualTo(
            new Outcome.Refused(
                List.of(
                    new ConfigProblem(file + ", line 9", "", "nonsense is not a known key"),
                    new ConfigProblem(file + ", line 8", "http.port", "must be 1 to 65535"))));
    assertThat(configured).isEmpty();
    assertThat(reload().warnings())
        .contains(
            "the configuration cannot be loaded: "
                + file
                + ", line 8: http.port must be 1 to 65535");
    assertThat(metrics.get("rescind.config.reload.failures").functionCounter().count()).isOne();
  }

  @Test
  void warnsNoLonger_onceTheFileIsMended() throws IOException {
    write("nonsense: 1\n", "first");
    reload().reload();
    write("", "first");

    reload().reload();

    assertThat(reload().warnings()).isEmpty();
    assertThat(metrics.get("rescind.config.reloads").functionCounter().count()).isOne();
  }

  @Test
  void appliesNoOtherSection_andSaysThatItNeedsARestart() throws IOException {
    write("http: {port: 9999}\nsweep: {margin: 2d}\n", "first", "second", "third");

    assertThat(reload().reload())
        .isInstanceOfSatisfying(
            Outcome.Applied.class,
            applied -> {
              assertThat(applied.identities().added()).containsExactly("third");
              assertThat(applied.needRestart()).containsExactly("http", "sweep");
            });
    assertThat(reload().warnings())
        .containsExactly("changed in the configuration, needs a restart: http, sweep");
  }

  @Test
  void loadsAFileThatHasChanged_onceItHasSettled() throws IOException {
    reload().look();
    write("", "half");
    reload().look();
    write("", "whole");
    reload().look();
    assertThat(configured).isEmpty();

    reload().look();
    reload().look();

    assertThat(configured).containsExactly(List.of("whole"));
  }

  @Test
  void looksAtTheFilesOfSecretsToo() throws IOException {
    Files.writeString(hash, HASH.replace("1000", "1001"));

    reload().look();
    reload().look();

    assertThat(configured).hasSize(1);
  }

  @Test
  void triesABadFileOnce_untilItChanges() throws IOException {
    Files.delete(hash);
    for (int i = 0; i < 5; i++) {
      reload().look();
    }
    assertThat(metrics.get("rescind.config.reload.failures").functionCounter().count()).isOne();
    Files.writeString(hash, HASH);

    reload().look();
    reload().look();

    assertThat(configured).hasSize(1);
    assertThat(reload().warnings()).isEmpty();
  }

  @Test
  void hasKeysReadAgain_whoseFileHasChanged() throws IOException {
    reload().look();
    assertThat(keysChanged).isZero();
    Files.writeString(jwks, "{\"keys\":[{}]}");

    reload().look();
    reload().look();

    assertThat(keysChanged).isOne();
    assertThat(configured).isEmpty();
  }
}
