package dev.rescind.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PresentedTokenTest {
  private static final String JWT =
      part("{\"alg\":\"ES256\"}") + "." + part("{\"iss\":\"https://as.example\"}") + ".AAECAwQFBgc";

  private static String part(String json) {
    return Base64Url.encode(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aJwtIsFingerprintedByItsSigningInput_andDigestedWhole() {
    PresentedToken token = PresentedToken.parse(JWT).orElseThrow();
    String signingInput = JWT.substring(0, JWT.lastIndexOf('.'));
    assertThat(token).isInstanceOf(PresentedToken.Jwt.class);
    assertThat(token.fingerprint()).isEqualTo(Fingerprint.of(signingInput));
    assertThat(token.digest()).isEqualTo(Fingerprint.of(JWT));
    assertThat(((PresentedToken.Jwt) token).signingInput())
        .isEqualTo(signingInput.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void anOpaqueTokenMayHoldAnyVisibleCharacter() {
    for (String text :
        new String[] {"a.b.c", "2YotnFZFEjr1zCsicMWpAA==", "rsk_live~!*'()", "a.b"}) {
      assertThat(PresentedToken.parse(text)).get().isInstanceOf(PresentedToken.Opaque.class);
    }
  }

  static Stream<String> respellings() {
    String[] parts = JWT.split("\\.", -1);
    return Stream.of(
        JWT + "=",
        JWT + "==",
        JWT + " ",
        " " + JWT,
        JWT + "\n",
        JWT + "\t",
        JWT + "\0",
        JWT + "%",
        JWT + "%3D",
        JWT + ".",
        JWT + ".AAAA",
        JWT + "\u00e9",
        JWT.substring(0, JWT.length() - 1) + "h", // an ignored tail bit flipped
        JWT.substring(0, JWT.length() - 3) + "*" + JWT.substring(JWT.length() - 3),
        JWT.substring(0, JWT.length() - 3) + "!" + JWT.substring(JWT.length() - 3),
        JWT.substring(0, JWT.length() - 3) + "\r\n" + JWT.substring(JWT.length() - 3),
        parts[0] + "=." + parts[1] + "." + parts[2],
        parts[0] + "." + parts[1] + "=." + parts[2],
        parts[0] + ".." + parts[1] + "." + parts[2],
        parts[0] + "." + parts[1],
        parts[0] + "." + parts[1] + "." + parts[2].replace('A', '+'),
        parts[0] + ".A." + parts[2]);
  }

  @ParameterizedTest
  @MethodSource("respellings")
  void everyRespellingOfAJwtIsNoCredential(String text) {
    assertThat(PresentedToken.parse(text)).isEmpty();
  }

  @Test
  void whatIsEmptyOrTooLongIsNoCredential() {
    assertThat(PresentedToken.parse("")).isEmpty();
    assertThat(PresentedToken.parse("a".repeat(PresentedToken.MAX_LENGTH))).isPresent();
    assertThat(PresentedToken.parse("a".repeat(PresentedToken.MAX_LENGTH + 1))).isEmpty();
  }

  @Test
  void theTextNeverShows() {
    assertThat(PresentedToken.parse(JWT).orElseThrow().toString()).doesNotContain("AAECAwQFBgc");
    assertThat(PresentedToken.parse("a-very-secret-key").orElseThrow().toString())
        .doesNotContain("a-very-secret-key");
  }

  @Property
  void anyTextParsesWithoutAnException(@ForAll String text) {
    assertThat(PresentedToken.parse(text)).isNotNull();
  }

  @Property
  void base64UrlDecodesOnlyTheOneSpellingOfItsBytes(@ForAll String text) {
    Base64Url.decode(text).ifPresent(bytes -> assertThat(Base64Url.encode(bytes)).isEqualTo(text));
  }
}
