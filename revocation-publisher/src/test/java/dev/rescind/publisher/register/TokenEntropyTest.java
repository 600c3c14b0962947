package dev.rescind.publisher.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEntropyTest {
  /** The same tokens in each run: what is tried is the estimate, not luck. */
  private final Random random = new Random(9421);

  @Test
  void anyRandomTokenOf128BitsIsEnough() {
    byte[] bytes = new byte[16];
    for (int i = 0; i < 10_000; i++) {
      random.nextBytes(bytes);
      String base64 = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

      assertThat(TokenEntropy.isEnough(base64)).as(base64).isTrue();
      assertThat(TokenEntropy.isEnough(HexFormat.of().formatHex(bytes))).isTrue();
      assertThat(TokenEntropy.isEnough(UUID.nameUUIDFromBytes(bytes).toString())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababababababababababababab",
        "abcdefghijklmnopqrstuvwxyz",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "01234567890123456789012345678901234567890123456789",
        "password-password-password",
        "changeme-changeme-2024",
        "00000000-0000-0000-0000-000000000001",
        "api_key_0000000000000000000000000017",
        "deadbeefdeadbeefdeadbeefdeadbeef"
      })
  void repetitionsRunsAndCountersAreNot(String token) {
    assertThat(TokenEntropy.isEnough(token)).isFalse();
  }
}
