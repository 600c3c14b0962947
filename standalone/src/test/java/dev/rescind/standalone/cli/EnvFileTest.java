package dev.rescind.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class EnvFileTest {
  @Test
  void readsWhatAShellWouldRead() throws Exception {
    assertThat(
            EnvFile.parse(
                """
                # where things are
                RESCIND_PUBLISH_URL='http://127.0.0.1:8081'

                URLS='http://a/introspect http://b/introspect'
                export PLAIN=http://c:1/x?
                """
                    .replace("?", ""),
                "a file"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "RESCIND_PUBLISH_URL", "http://127.0.0.1:8081",
                "URLS", "http://a/introspect http://b/introspect",
                "PLAIN", "http://c:1/x"));
  }

  @Test
  void takesNothingForAVariable_inAQuotedValue() throws Exception {
    assertThat(EnvFile.parse("A='$B \"c\" \\d'", "a file")).containsEntry("A", "$B \"c\" \\d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A",
        "A = 'b'",
        "1A='b'",
        "A='b",
        "A='b'c",
        "A=\"b\"",
        "A=$(rm -rf x)",
        "A=b c",
        "A='it''s'",
        "A='b' # why",
      })
  void refusesAnythingElse_byItsLine_withoutShowingIt(String line) {
    assertThatThrownBy(() -> EnvFile.parse("\n" + line, "a file"))
        .isInstanceOf(Failure.class)
        .hasMessage("a file line 2 is not of the form NAME='value'");
  }

  @Test
  void refusesANameThatIsSetTwice() {
    assertThatThrownBy(() -> EnvFile.parse("A='secret'\nA='other'", "a file"))
        .isInstanceOf(Failure.class)
        .hasMessage("a file line 2 sets A again");
  }
}
