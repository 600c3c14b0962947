package dev.rescind.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.testing.Respellings;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * F24: the textual mutations of a JWT. None has its fingerprint, but those of the signature's bytes
 * alone, which is the verifier's affair.
 */
class JwtRespellingTest {
  private static final String HEADER = part("{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}");
  private static final String PAYLOAD = part("{\"iss\":\"https://as.example\",\"jti\":\"one>?\"}");
  private static final String SIGNATURE =
      Base64Url.encode(Arrays.copyOf(PAYLOAD.getBytes(UTF_8), 64));
  private static final String JWT = HEADER + "." + PAYLOAD + "." + SIGNATURE;

  private static String part(String json) {
    return Base64Url.encode(json.getBytes(UTF_8));
  }

  private static String jwt(String header, String payload, String signature) {
    return header + "." + payload + "." + signature;
  }

  /** The last character with one bit changed that decoding throws away. */
  private static String withTailBit(String part) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char last = part.charAt(part.length() - 1);
    return part.substring(0, part.length() - 1) + alphabet.charAt(alphabet.indexOf(last) ^ 1);
  }

  private static String inMiddle(String part, String inserted) {
    int half = part.length() / 2;
    return part.substring(0, half) + inserted + part.substring(half);
  }

  private static Map<String, String> mutations() {
    Map<String, String> all = new LinkedHashMap<>(Respellings.of(JWT));
    all.remove("no signature"); // it has the signing input, and is for the verifier to refuse
    all.put(
        "the payload in the other alphabet",
        jwt(HEADER, PAYLOAD.replace('-', '+').replace('_', '/'), SIGNATURE));
    all.put("a tail bit in the payload", jwt(HEADER, withTailBit(PAYLOAD), SIGNATURE));
    all.put("a newline in the payload", jwt(HEADER, inMiddle(PAYLOAD, "\n"), SIGNATURE));
    all.put("CR and LF in the signature", jwt(HEADER, PAYLOAD, inMiddle(SIGNATURE, "\r\n")));
    all.put("one character less in the payload", jwt(HEADER, PAYLOAD.substring(1), SIGNATURE));
    all.put(
        "a space in the header's JSON",
        jwt(part("{\"alg\":\"ES256\", \"typ\":\"at+jwt\"}"), PAYLOAD, SIGNATURE));
    all.put(
        "the header's members in another order",
        jwt(part("{\"typ\":\"at+jwt\",\"alg\":\"ES256\"}"), PAYLOAD, SIGNATURE));
    all.put(
        "an escape in the payload's JSON",
        jwt(HEADER, part("{\"\\u0069ss\":\"https://as.example\",\"jti\":\"one>?\"}"), SIGNATURE));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> noMutationHasTheFingerprintOfTheJwt() {
    PresentedToken jwt = PresentedToken.parse(JWT).orElseThrow();
    return mutations().entrySet().stream()
        .map(
            mutation ->
                DynamicTest.dynamicTest(
                    mutation.getKey(),
                    () -> {
                      assertThat(mutation.getValue()).isNotEqualTo(JWT);
                      assertThat(
                              PresentedToken.parse(mutation.getValue())
                                  .map(PresentedToken::fingerprint))
                          .isNotEqualTo(Optional.of(jwt.fingerprint()));
                    }));
  }

  @Test
  void areFortyAndMore() {
    assertThat(mutations()).hasSizeGreaterThanOrEqualTo(40);
  }

  /** Whatever character is changed, left out or put in: another credential, or none. */
  @Property
  void noEditOfTheSigningInputHasTheFingerprintOfTheJwt(
      @ForAll int at, @ForAll @CharRange(from = 0, to = 0x17f) char c) {
    Fingerprint fingerprint = PresentedToken.parse(JWT).orElseThrow().fingerprint();
    int i = Math.floorMod(at, HEADER.length() + 1 + PAYLOAD.length());
    String[] edits = {
      JWT.substring(0, i) + c + JWT.substring(i + 1),
      JWT.substring(0, i) + c + JWT.substring(i),
      JWT.substring(0, i) + JWT.substring(i + 1)
    };
    for (String edit : edits) {
      if (!edit.startsWith(HEADER + "." + PAYLOAD + ".")) {
        assertThat(PresentedToken.parse(edit).map(PresentedToken::fingerprint))
            .isNotEqualTo(Optional.of(fingerprint));
      }
    }
  }

  /** What has the fingerprint of the JWT is spelled as it, byte by byte, but for the signature. */
  @Property
  void anEditOfTheSignatureIsNoCredential_orTheSameSigningInput(
      @ForAll int at, @ForAll @CharRange(from = 0, to = 0x17f) char c) {
    int start = JWT.lastIndexOf('.') + 1;
    int i = start + Math.floorMod(at, SIGNATURE.length());
    String edit = JWT.substring(0, i) + c + JWT.substring(i + 1);

    PresentedToken.parse(edit)
        .ifPresent(
            token -> {
              assertThat(token).isInstanceOf(PresentedToken.Jwt.class);
              PresentedToken.Jwt jwt = (PresentedToken.Jwt) token;
              assertThat(new String(jwt.signingInput(), UTF_8)).isEqualTo(HEADER + "." + PAYLOAD);
              assertThat(JWT.substring(0, start) + Base64Url.encode(jwt.signature()))
                  .isEqualTo(edit);
            });
  }

  @Property
  void bytesHaveOneSpelling(@ForAll byte[] bytes, @ForAll int at, @ForAll char c) {
    String text = Base64Url.encode(bytes);
    assertThat(Base64Url.decode(text))
        .hasValueSatisfying(read -> assertThat(read).isEqualTo(bytes));
    if (!text.isEmpty()) {
      int i = Math.floorMod(at, text.length());
      String other = text.substring(0, i) + c + text.substring(i + 1);
      if (!other.equals(text)) {
        Base64Url.decode(other).ifPresent(read -> assertThat(read).isNotEqualTo(bytes));
      }
    }
  }
}
