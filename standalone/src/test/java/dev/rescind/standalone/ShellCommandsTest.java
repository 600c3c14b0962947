package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class ShellCommandsTest {
  @Test
  void areOneLineEach_thatSourcesTheSecrets() {
    ShellCommands commands =
        new ShellCommands(new Ports(8080, 1), Path.of(".rescind/demo.env"), "example-token-1");

    assertThat(commands.register())
        .isEqualTo(
            ". ./.rescind/demo.env; curl -sS -w '\\n' -u \"$RESCIND_AS_ID:$RESCIND_AS_SECRET\""
                + " http://127.0.0.1:8081/v1/credentials -H 'Content-Type: application/json'"
                + " -d '{\"token\":\"example-token-1\",\"type\":\"access_token\",\"sub\":\"alice\"}'");
    assertThat(commands.introspect())
        .isEqualTo(
            ". ./.rescind/demo.env; curl -sS -w '\\n'"
                + " -u \"$RESCIND_CALLER_ID:$RESCIND_CALLER_SECRET\""
                + " http://127.0.0.1:8080/introspect -d token=example-token-1");
    assertThat(commands.revoke())
        .isEqualTo(
            ". ./.rescind/demo.env; curl -sS -w '\\n'"
                + " -u \"$RESCIND_ADMIN_ID:$RESCIND_ADMIN_SECRET\""
                + " http://127.0.0.1:8081/v1/revocations -H 'Content-Type: application/json'"
                + " -d '{\"target\":{\"type\":\"token\",\"token\":\"example-token-1\"}}'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "demo.env          | ./demo.env",
        "a/../b/demo.env   | ./b/demo.env",
        "/tmp/x/demo.env   | /tmp/x/demo.env",
        "my data/demo.env  | './my data/demo.env'",
        "it's/demo.env     | './it'\\''s/demo.env'",
      })
  void nameTheFileSoThatEveryShellFindsIt(String path, String sourced) {
    ShellCommands commands = new ShellCommands(new Ports(8080, 1), Path.of(path), "token");
    assertThat(commands.introspect()).startsWith(". " + sourced + "; curl ");
  }
}
