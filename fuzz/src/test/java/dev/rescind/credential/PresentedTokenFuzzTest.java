package dev.rescind.credential;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** F24, by whatever anybody could send: one JWT has one spelling. */
class PresentedTokenFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void aTokenThatIsReadIsSpelledInTheOneWay(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    PresentedToken token = PresentedToken.parse(text).orElse(null);
    if (token == null) {
      return;
    }
    assertThat(text).hasSizeLessThanOrEqualTo(PresentedToken.MAX_LENGTH).matches("[!-~]+");
    assertThat(token.digest()).isEqualTo(Fingerprint.of(text));
    assertThat(token.toString()).doesNotContain(text.length() < 8 ? "\n" : text);
    if (token instanceof PresentedToken.Jwt jwt) {
      String input = Base64Url.encode(jwt.header()) + "." + Base64Url.encode(jwt.payload());
      assertThat(input + "." + Base64Url.encode(jwt.signature())).isEqualTo(text);
      assertThat(jwt.signingInput()).isEqualTo(input.getBytes(StandardCharsets.US_ASCII));
      assertThat(jwt.fingerprint()).isEqualTo(Fingerprint.of(input));
      assertThat(text).startsWith("e");
      for (String other : List.of(text + "=", text + " ", text + ".", "." + text, text + "\0")) {
        assertThat(PresentedToken.parse(other).filter(PresentedToken.Jwt.class::isInstance))
            .isEmpty();
      }
    } else {
      assertThat(token.fingerprint()).isEqualTo(token.digest());
      // What begins as a JWT's header does, and goes on, is a JWT or nothing.
      assertThat(text).doesNotMatch("ey[^.]*\\..*");
    }
  }
}
