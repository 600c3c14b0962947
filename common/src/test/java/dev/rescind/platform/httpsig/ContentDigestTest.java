package dev.rescind.platform.httpsig;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Content-Digest} (RFC 9530), with the examples of its appendix B. */
class ContentDigestTest {
  private static final String SHA_256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
  private static final String SHA_512 =
      "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWX"
          + "vJwew==:";
  private static final byte[] BODY = "{\"hello\": \"world\"}".getBytes(US_ASCII);

  private static boolean matches(String... lines) {
    return ContentDigest.parse(List.of(lines)).orElseThrow().matches(BODY);
  }

  @Test
  void matchesTheBodyByEachAlgorithm() {
    assertThat(matches(SHA_256)).isTrue();
    assertThat(matches(SHA_512)).isTrue();
    assertThat(matches(SHA_256, SHA_512)).isTrue();
    assertThat(matches("unixsum=:AAA=:, " + SHA_256)).isTrue();
  }

  @Test
  void refusesTheBody_whenOneOfTwoDigestsIsAnothers() {
    assertThat(matches(SHA_256, SHA_512.replace("WZ", "XZ"))).isFalse();
    assertThat(matches(SHA_256.replace("X4", "Y4"), SHA_512)).isFalse();
    assertThat(matches("sha-256=::")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "md5=:AAAAAAAAAAAAAAAAAAAAAA==:",
        "sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "sha-256=\"X48E\"",
        "sha-256=(:X48E:)",
        "SHA-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
      })
  void isNone_withoutADigestByAKnownAlgorithm(String line) {
    assertThat(ContentDigest.parse(List.of(line))).isEmpty();
  }
}
