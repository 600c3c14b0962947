package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line refuses before it asks anybody. */
@Timeout(30)
class CommandLineTest {
  @TempDir Path directory;

  private TestConsole console = new TestConsole(Path.of(""));

  @BeforeEach
  void demo() throws Exception {
    console = new TestConsole(directory);
    Files.createDirectory(directory.resolve(".rescind"));
    Files.writeString(
        directory.resolve(".rescind/demo.env"),
        """
        RESCIND_INTROSPECT_URLS='http://127.0.0.1:1/introspect'
        RESCIND_PUBLISH_URL='http://127.0.0.1:1'
        RESCIND_ISSUER='http://127.0.0.1:1'
        RESCIND_CALLER_ID='caller'
        RESCIND_CALLER_SECRET='secret'
        RESCIND_AS_ID='as'
        RESCIND_AS_SECRET='secret'
        RESCIND_ADMIN_ID='admin'
        RESCIND_ADMIN_SECRET='secret'
        """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unheard-of",
        "--unheard-of",
        "introspect",
        "introspect a b",
        "introspect a --as nobody",
        "introspect a --unheard-of",
        "introspect -",
        "revoke",
        "revoke planet name=mars",
        "revoke subject",
        "revoke subject alice",
        "revoke subject sid=1",
        "revoke subject sub=a sub=b",
        "revoke issuer",
        "revoke token",
        "revoke token a token=b",
        "revoke certificate x5t=1",
        "revoke key kid:=notjson",
        "revoke subject sub=a --confirm-timeout 5",
        "revoke subject sub=a --confirm --confirm-timeout 0",
        "register --type planet",
        "register a token=b",
        "register a b",
        "register type=api_key",
        "register exp=1 --ttl 5",
        "register --ttl soon",
        "lift",
        "lift a/../b",
        "nodes more",
        "mint --ttl soon",
        "mint --alg HS256",
        "mint --claim roles=ops",
        "mint --claim roles",
        "mint --claim a=1 --claim a=2",
        "mint --kid k --no-kid",
        "mint --count 0",
        "mint --batch --sub a",
        "up --nodes 0",
        "up --nodes 10",
        "up --nodes many",
        "up --port-base 65000",
        "up more",
        "nodes --env nowhere.env",
      })
  void refusesWhatItCannotMean_inOneLine(String arguments) {
    assertThat(console.run(arguments.split(" "))).isEqualTo(2);
    assertThat(console.out()).isEmpty();
    assertThat(console.err().lines()).hasSize(1);
    assertThat(console.err()).startsWith("rescind: ");
  }

  @Test
  void refusesASpecOfABatch_byItsLine() {
    assertThat(console.saying("\n{\"sub\":1}\n").run("mint", "--batch")).isEqualTo(2);
    assertThat(console.err()).contains("line 2: sub must be a string");
  }

  @Test
  void doesNotEchoWhatCouldBeAToken() {
    assertThat(console.run("introspect", "first-secret", "second-secret")).isEqualTo(2);
    assertThat(console.err()).doesNotContain("secret");
    assertThat(console.run("revoke", "subject", "bare-secret")).isEqualTo(2);
    assertThat(console.err()).doesNotContain("secret");
    assertThat(console.run("introspect", "t", "--tokne=secret")).isEqualTo(2);
    assertThat(console.err()).contains("--tokne").doesNotContain("secret");
  }

  @Test
  void showsHelp_whenThereIsNothingElseToDo() {
    assertThat(console.run()).isEqualTo(2);
    assertThat(console.err()).contains("Usage: rescind").contains("introspect");
  }

  @Test
  void hasHelpWithExamplesEverywhere() {
    assertThat(console.run("--help")).isZero();
    assertThat(console.out()).contains("Examples:").doesNotContain("node ", RehearseCommand.NAME);
    for (String command :
        List.of("up", "register", "mint", "introspect", "revoke", "lift", "nodes")) {
      assertThat(console.run(command, "--help")).isZero();
      assertThat(console.out()).contains("Usage: rescind " + command, "Example", "Exit code");
    }
    for (String command : List.of("export", "verify")) {
      assertThat(console.run("audit", command, "--help")).isZero();
      assertThat(console.out()).contains("Usage: rescind audit " + command, "Example", "Exit code");
    }
    assertThat(console.run("audit")).isEqualTo(2);
  }

  @Test
  void saysItsVersion() {
    assertThat(console.run("--version")).isZero();
    assertThat(console.out()).startsWith("rescind ");
  }

  @Test
  void takesTheFileThatIsNamed_overTheVariables() throws Exception {
    Files.writeString(directory.resolve("other.env"), "RESCIND_PUBLISH_URL='ftp://x'\n");
    console.with("RESCIND_PUBLISH_URL", "http://127.0.0.1:1");
    assertThat(console.run("nodes", "--env", "other.env")).isEqualTo(2);
    assertThat(console.err()).contains("RESCIND_PUBLISH_URL in other.env is not an http");
  }

  @Test
  void doesNotMixTheVariables_withTheDemosSecrets() {
    console.with("RESCIND_PUBLISH_URL", "http://elsewhere.example");
    assertThat(console.run("nodes")).isEqualTo(2);
    assertThat(console.err()).contains("RESCIND_ADMIN_ID is not set in the environment");
  }

  @Test
  void takesNoticeOfItsOwnVariablesAlone() {
    console.with("RESCIND_LOG_LEVEL", "DEBUG");
    assertThat(console.run("nodes")).isEqualTo(4); // the demo.env's port answers nobody
  }

  @Test
  void saysHowToStart_whenNoClusterIsKnown() throws Exception {
    Files.delete(directory.resolve(".rescind/demo.env"));
    assertThat(console.run("nodes")).isEqualTo(2);
    assertThat(console.err()).contains("rescind up");
  }
}
