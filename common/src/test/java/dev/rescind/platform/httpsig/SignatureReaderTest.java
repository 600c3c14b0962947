package dev.rescind.platform.httpsig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.httpsig.SignatureReader.Reading;
import dev.rescind.testing.RequestSigner;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureReaderTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final long CREATED = NOW.getEpochSecond();
  private static final byte[] SECRET = "a secret of thirty-two bytes, or".getBytes(UTF_8);
  private static final RequestSigner HMAC = RequestSigner.hmac("k1", SECRET);
  private static final KeyPair PAIR = pair();
  private static final RequestSigner ED25519 = RequestSigner.ed25519("k2", PAIR.getPrivate());
  private static final String BODY = "token=abc";
  private static final String URI = "https://node.example:8443/introspect";

  private static final Map<String, SignatureKey> KEYS =
      Map.of(
          "k1",
          SignatureKey.Hmac.of("k1", SECRET),
          "k2",
          new SignatureKey.Ed25519("k2", PAIR.getPublic()));

  private static final SignatureReader READER =
      new SignatureReader(KEYS::get, SignatureWindow.DEFAULT);

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> components() {
    Map<String, String> components = new LinkedHashMap<>();
    components.put("@method", "POST");
    components.put("@authority", "node.example:8443");
    components.put("@path", "/introspect");
    components.put("content-digest", RequestSigner.contentDigest(BODY));
    return components;
  }

  private static SomeRequest request(String uri) {
    return new SomeRequest("POST", uri)
        .with("Content-Length", Integer.toString(BODY.length()))
        .with("Content-Digest", RequestSigner.contentDigest(BODY));
  }

  private static SomeRequest signed(
      RequestSigner signer, Map<String, String> components, String parameters) {
    SomeRequest request = request(URI);
    signer.sign(components, parameters).headers().forEach(request::with);
    return request;
  }

  private static SomeRequest signed(String parameters) {
    return signed(HMAC, components(), parameters);
  }

  private static SignatureClaim claim(HttpMessage message) {
    return ((Reading.Claimed) READER.read(message, NOW)).claim();
  }

  private static Reading refused(SignatureRefusal why) {
    return new Reading.Refused(why);
  }

  @Test
  void readsAClaimUnderEachKindOfKey() {
    for (RequestSigner signer : List.of(HMAC, ED25519)) {
      SignatureClaim claim =
          claim(signed(signer, components(), signer.parameters(CREATED, "a nonce")));

      assertThat(claim.isProven()).isTrue();
      assertThat(claim.use().nonce()).isEqualTo("a nonce");
      assertThat(claim.use().until()).isEqualTo(NOW.plusSeconds(66));
      assertThat(claim.objectsTo(BODY.getBytes(UTF_8))).isNull();
      assertThat(claim.objectsTo("token=abd".getBytes(UTF_8))).isEqualTo(SignatureRefusal.DIGEST);
      assertThat(claim.objectsTo(new byte[0])).isEqualTo(SignatureRefusal.DIGEST);
    }
  }

  @Test
  void takesTheTargetUri_insteadOfItsParts() {
    Map<String, String> components = new LinkedHashMap<>();
    components.put("@method", "POST");
    components.put("@target-uri", URI);
    components.put("content-digest", RequestSigner.contentDigest(BODY));

    assertThat(claim(signed(HMAC, components, HMAC.parameters(CREATED, "n"))).isProven()).isTrue();
  }

  @Test
  void takesAMatchingAlg_aTagAndParametersOfLaterOn() {
    String more = ";alg=\"hmac-sha256\";tag=\"app\";x-later=tok;expires=" + (CREATED + 30);

    assertThat(claim(signed(HMAC.parameters(CREATED, "n") + more)).isProven()).isTrue();
  }

  @Test
  void needsNoDigest_whereThereIsNoBody() {
    Map<String, String> components = components();
    components.remove("content-digest");
    SomeRequest request = new SomeRequest("POST", URI);
    HMAC.sign(components, HMAC.parameters(CREATED, "n")).headers().forEach(request::with);

    assertThat(claim(request).isProven()).isTrue();
    assertThat(claim(request).objectsTo(new byte[0])).isNull();
    assertThat(claim(request).objectsTo(new byte[1])).isEqualTo(SignatureRefusal.UNCOVERED_BODY);
    assertThat(READER.read(request.with("Content-Length", "5"), NOW))
        .isEqualTo(refused(SignatureRefusal.UNCOVERED_BODY));
    assertThat(
            READER.read(
                request.without("Content-Length").with("Transfer-Encoding", "chunked"), NOW))
        .isEqualTo(refused(SignatureRefusal.UNCOVERED_BODY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"@method", "@authority", "@path"})
  void refusesASignature_thatDoesNotCover(String name) {
    Map<String, String> components = components();
    components.remove(name);

    assertThat(READER.read(signed(HMAC, components, HMAC.parameters(CREATED, "n")), NOW))
        .isEqualTo(refused(SignatureRefusal.UNCOVERED));
  }

  @Test
  void refusesASignature_thatDoesNotCoverTheQuery() {
    SomeRequest bare = request(URI + "?confirm=all");
    HMAC.sign(components(), HMAC.parameters(CREATED, "n")).headers().forEach(bare::with);
    Map<String, String> all = components();
    all.put("@query", "?confirm=all");
    SomeRequest covered = request(URI + "?confirm=all");
    HMAC.sign(all, HMAC.parameters(CREATED, "n")).headers().forEach(covered::with);

    assertThat(READER.read(bare, NOW)).isEqualTo(refused(SignatureRefusal.UNCOVERED));
    assertThat(claim(covered).isProven()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "-61, '', false",
    "-60, '', true",
    "0, '', true",
    "5, '', true",
    "6, '', false",
    "-30, 1, true",
    "-30, 0, false",
    "-30, -10, false",
    "3, 2, false",
    "-99999999, '', false",
    "99999999, '', false"
  })
  void holdsTheWindow(long created, String expires, boolean holds) {
    String end = expires.isEmpty() ? "" : ";expires=" + (CREATED + Long.parseLong(expires));
    Reading reading = READER.read(signed(HMAC.parameters(CREATED + created, "n") + end), NOW);

    if (holds) {
      assertThat(reading).isInstanceOf(Reading.Claimed.class);
    } else {
      assertThat(reading).isEqualTo(refused(SignatureRefusal.WINDOW));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";keyid=\"k1\";nonce=\"n\"",
        ";keyid=\"k1\";created=1800000000",
        ";keyid=\"k1\";created=1800000000;nonce=\"\"",
        ";keyid=\"k1\";created=1800000000;nonce=n",
        ";keyid=\"k1\";created=\"1800000000\";nonce=\"n\"",
        ";keyid=\"k1\";created=1800000000;nonce=\"n\";expires=\"1800000009\""
      })
  void refusesASignature_withoutAParameterOfItsType(String parameters) {
    assertThat(READER.read(signed(parameters), NOW))
        .isEqualTo(refused(SignatureRefusal.MISSING_PARAMETER));
  }

  @Test
  void refusesANonceThatIsTooLong() {
    assertThat(READER.read(signed(HMAC.parameters(CREATED, "n".repeat(128))), NOW))
        .isInstanceOf(Reading.Claimed.class);
    assertThat(READER.read(signed(HMAC.parameters(CREATED, "n".repeat(129))), NOW))
        .isEqualTo(refused(SignatureRefusal.MISSING_PARAMETER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";created=1800000000;nonce=\"n\"",
        ";created=1800000000;nonce=\"n\";keyid=k1",
        ";created=1800000000;nonce=\"n\";keyid=\"k3\"",
        ";created=1800000000;nonce=\"n\";keyid=\"k1\";alg=\"ed25519\"",
        ";created=1800000000;nonce=\"n\";keyid=\"k1\";alg=\"rsa-pss-sha512\"",
        ";created=1800000000;nonce=\"n\";keyid=\"k1\";alg=hmac-sha256"
      })
  void doesNotTellAnUnknownKeyFromAnotherAlgorithm(String parameters) {
    assertThat(READER.read(signed(parameters), NOW)).isEqualTo(refused(SignatureRefusal.UNPROVEN));
  }

  @Test
  void doesNotTakeThePublicKeyForASharedSecret() {
    RequestSigner confused = RequestSigner.hmac("k2", PAIR.getPublic().getEncoded());

    assertThat(claim(signed(confused, components(), confused.parameters(CREATED, "n"))).isProven())
        .isFalse();
  }

  @Test
  void refusesFieldsThatDoNotBelongTogether() {
    RequestSigner.Fields good = HMAC.sign(components(), HMAC.parameters(CREATED, "n"));
    String input = good.signatureInput();
    String signature = good.signature();

    assertThat(read(input, "other" + signature.substring(3))).isEqualTo(malformed());
    assertThat(read(input, signature + ", more=:AA==:")).isEqualTo(malformed());
    assertThat(read(input, "sig=\"text\"")).isEqualTo(malformed());
    assertThat(read("sig=1", signature)).isEqualTo(malformed());
    assertThat(read(input + ", " + input, signature)).isEqualTo(malformed());
    assertThat(read(input, "")).isEqualTo(malformed());
    assertThat(READER.read(request(URI).with("Signature-Input", input), NOW))
        .isEqualTo(malformed());
    assertThat(READER.read(request(URI).with("Signature", signature), NOW)).isEqualTo(malformed());
    // Two signatures under known keys: which of them authenticates?
    assertThat(read(input + ", b" + input.substring(3), signature + ", b" + signature.substring(3)))
        .isEqualTo(malformed());
  }

  @Test
  void passesOverTheSignatureOfAnother() {
    RequestSigner.Fields good = HMAC.sign(components(), HMAC.parameters(CREATED, "n"));

    assertThat(
            read(
                "proxy=(\"@status\");keyid=\"p\", " + good.signatureInput(),
                "proxy=:AA==:, " + good.signature()))
        .isInstanceOf(Reading.Claimed.class);
  }

  @Test
  void refusesABrokenContentDigest() {
    Map<String, String> components = components();
    components.put("content-digest", "md5=:AAAA:");
    SomeRequest request =
        new SomeRequest("POST", URI)
            .with("Content-Length", "9")
            .with("Content-Digest", "md5=:AAAA:");
    HMAC.sign(components, HMAC.parameters(CREATED, "n")).headers().forEach(request::with);

    assertThat(READER.read(request, NOW)).isEqualTo(malformed());
  }

  @Test
  void refusesAComponentThatTheRequestDoesNotHave() {
    Map<String, String> components = components();
    components.put("x-absent", "value");

    assertThat(READER.read(signed(HMAC, components, HMAC.parameters(CREATED, "n")), NOW))
        .isEqualTo(refused(SignatureRefusal.ABSENT_COMPONENT));
  }

  @Test
  void isNotProven_whenAnythingCoveredIsChanged() {
    Map<String, String> headers = HMAC.sign(components(), HMAC.parameters(CREATED, "n")).headers();
    List<SomeRequest> changed =
        List.of(
            new SomeRequest("PUT", URI).with("Content-Digest", RequestSigner.contentDigest(BODY)),
            request("https://other.example:8443/introspect"),
            request("https://node.example:8443/introspect2"),
            new SomeRequest("POST", URI)
                .with("Content-Digest", RequestSigner.contentDigest("token=abd")));

    for (SomeRequest request : changed) {
      headers.forEach(request::with);
      assertThat(claim(request).isProven()).isFalse();
    }
  }

  @Test
  void isNotProven_whenAParameterIsChanged() {
    SomeRequest request = signed(HMAC.parameters(CREATED, "n"));
    String input = request.headers("Signature-Input").get(0);

    for (String other :
        List.of(
            input.replace("nonce=\"n\"", "nonce=\"m\""),
            input.replace("created=" + CREATED, "created=" + (CREATED - 1)),
            input + ";tag=\"x\"")) {
      SomeRequest changed = signed(HMAC.parameters(CREATED, "n"));
      changed.without("Signature-Input").with("Signature-Input", other);
      assertThat(claim(changed).isProven()).isFalse();
    }
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void noFlippedBitOfASignatureIsProven(@ForAll @IntRange(max = 64 * 8 - 1) int bit) {
    for (RequestSigner signer : List.of(HMAC, ED25519)) {
      RequestSigner.Fields good = signer.sign(components(), signer.parameters(CREATED, "n"));
      byte[] signature = Base64.getDecoder().decode(good.signature().replaceAll("^sig=:|:$", ""));
      signature[bit / 8 % signature.length] ^= (byte) (1 << bit % 8);
      String flipped = Base64.getEncoder().encodeToString(signature);
      SomeRequest request =
          request(URI)
              .with("Signature-Input", good.signatureInput())
              .with("Signature", "sig=:" + flipped + ":");

      assertThat(claim(request).isProven()).isFalse();
    }
  }

  @Test
  void showsNoSecret() {
    assertThat(KEYS.toString() + claim(signed(HMAC.parameters(CREATED, "n"))))
        .contains("k1")
        .doesNotContain("a secret")
        .doesNotContain("SecretKeySpec");
  }

  private static Reading read(String input, String signature) {
    return READER.read(
        request(URI).with("Signature-Input", input).with("Signature", signature), NOW);
  }

  private static Reading malformed() {
    return refused(SignatureRefusal.MALFORMED);
  }
}
