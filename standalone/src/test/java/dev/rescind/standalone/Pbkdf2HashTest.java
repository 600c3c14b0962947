package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.identity.SecretHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class Pbkdf2HashTest {
  @Test
  void isReadByTheServices_andMatchesItsSecretAlone() {
    SecretHash hash = SecretHash.parse(Pbkdf2Hash.of("a secret of the demo"));

    assertThat(hash.matches("a secret of the demo")).isTrue();
    assertThat(hash.matches("a secret of the demO")).isFalse();
  }
}
