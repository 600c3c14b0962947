package dev.rescind.platform.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.credential.PresentedToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Project Wycheproof's signatures and keys: the same parsers, keys and checks as in {@link
 * JwtVerifier}, but for the claims, which its payloads are not. Where the answer here is another,
 * the reason is given.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WycheproofTest {

  private static JsonNode read(String file) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            WycheproofTest.class.getResourceAsStream("/vectors/wycheproof/" + file))) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** Symmetric keys are configured, never published. */
  private static Optional<VerificationKey> secret(JsonNode jwk) {
    return Base64Url.decode(jwk.path("k").asText()).map(VerificationKey::ofSecret);
  }

  private static boolean accepts(List<VerificationKey> keys, String jws) {
    if (!(PresentedToken.parse(jws).orElse(null) instanceof PresentedToken.Jwt token)) {
      return false;
    }
    JwtHeader header = JwtHeader.parse(token.header()).orElse(null);
    if (header == null || header.extended()) {
      return false;
    }
    Alg alg = Alg.parse(header.alg()).orElse(null);
    return alg != null
        && keys.stream()
            .anyMatch(key -> key.verifies(alg, token.signingInput(), token.signature()));
  }

  private static DynamicTest test(
      JsonNode test, List<VerificationKey> keys, Map<Integer, String> others) {
    JsonNode given = test.path(test.has("jwe") ? "jwe" : "jws");
    String jws = given.isTextual() ? given.asText() : given.toString();
    int id = test.path("tcId").asInt();
    boolean valid = test.path("result").asText().equals("valid") != others.containsKey(id);
    return DynamicTest.dynamicTest(
        id + " " + test.path("comment").asText() + (valid ? ": accepted" : ": refused"),
        () -> assertThat(accepts(keys, jws)).isEqualTo(valid));
  }

  @TestFactory
  List<DynamicTest> signatures() throws IOException {
    String otherAlg =
        "the key is published for another algorithm, or for one that there is none of";
    Map<Integer, String> others =
        Map.of(
            346,
            otherAlg,
            347,
            otherAlg,
            350,
            otherAlg,
            351,
            otherAlg,
            367,
            "is spelled as a valid one is: its padding is not in the file",
            370,
            "is spelled as a valid one is: its padding is not in the file",
            372,
            "one JWT has one spelling: a character too many is refused",
            373,
            "one JWT has one spelling: a character too many is refused");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode group : read("json_web_signature_test.json").path("testGroups")) {
      Optional<VerificationKey> key =
          group.has("public")
              ? JwkReader.read((ObjectNode) group.path("public"))
              : secret(group.path("private"));
      for (JsonNode test : group.path("tests")) {
        tests.add(test(test, key.stream().toList(), others));
      }
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> keys() throws IOException {
    String symmetric = "a symmetric key is not taken from a JWK Set";
    Map<Integer, String> others = Map.of(2, symmetric, 13, symmetric, 14, symmetric, 15, symmetric);
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode group : read("json_web_key_test.json").path("testGroups")) {
      List<VerificationKey> keys = new ArrayList<>();
      for (JsonNode jwk : group.path(group.has("public") ? "public" : "private").path("keys")) {
        JwkReader.read((ObjectNode) jwk).ifPresent(keys::add);
      }
      for (JsonNode test : group.path("tests")) {
        tests.add(test(test, keys, others));
      }
    }
    return tests;
  }

  /**
   * Cases 1 to 49 are signatures, each by the key or the keys that the case configures or
   * publishes; 50 to 83 are encrypted tokens, which are not read: also the two valid ones are
   * refused.
   */
  @TestFactory
  List<DynamicTest> signaturesAndEncryption() throws IOException {
    String encrypted = "an encrypted token is refused by its syntax";
    Map<Integer, String> others = Map.of(50, encrypted, 67, encrypted);
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode group : read("json_web_crypto_test.json").path("testGroups")) {
      List<VerificationKey> keys = cryptoKeys(group);
      for (JsonNode test : group.path("tests")) {
        tests.add(test(test, keys, others));
      }
    }
    assertThat(tests).hasSize(83);
    return tests;
  }

  /** One symmetric key, or several, as they are configured; else what a JWK Set may hold. */
  private static List<VerificationKey> cryptoKeys(JsonNode group) {
    JsonNode given = group.path(group.has("public") ? "public" : "private");
    List<JsonNode> jwks = new ArrayList<>();
    (given.has("keys") ? given.path("keys") : List.of(given)).forEach(jwks::add);
    boolean configured = jwks.stream().allMatch(jwk -> jwk.path("kty").asText().equals("oct"));
    List<VerificationKey> keys = new ArrayList<>();
    for (JsonNode jwk : jwks) {
      (configured ? secret(jwk) : JwkReader.read((ObjectNode) jwk)).ifPresent(keys::add);
    }
    return keys;
  }

  /**
   * Of the encrypted tokens alone, 139, none is read, not even the 65 valid ones: each is no token,
   * or, without a header, opaque and so known only if somebody registered it.
   */
  @TestFactory
  List<DynamicTest> encryption() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode group : read("json_web_encryption_test.json").path("testGroups")) {
      for (JsonNode test : group.path("tests")) {
        tests.add(
            DynamicTest.dynamicTest(
                test.path("tcId").asInt() + " " + test.path("comment").asText() + ": not read",
                () ->
                    assertThat(
                            PresentedToken.parse(test.path("jwe").asText()).stream()
                                .filter(PresentedToken.Jwt.class::isInstance))
                        .isEmpty()));
      }
    }
    assertThat(tests).hasSize(139);
    return tests;
  }
}
