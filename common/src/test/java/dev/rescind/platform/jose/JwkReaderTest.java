package dev.rescind.platform.jose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.platform.json.Json;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class JwkReaderTest {
  private static final Signer RSA = Signer.rsa(2048);
  private static final Signer EC = Signer.ec("P-256");

  private static ObjectNode jwk(String json) {
    return Json.parseObject(json).orElseThrow();
  }

  private static ObjectNode padded(ObjectNode jwk, String name, int zeros) {
    byte[] bytes = Base64Url.decode(jwk.path(name).textValue()).orElseThrow();
    return jwk.put(
        name, Base64Url.encode(Signer.padded(new BigInteger(1, bytes), bytes.length + zeros)));
  }

  /** RFC 7638 section 3.1. */
  @Test
  void namesAnRsaKeyByItsThumbprint() {
    ObjectNode key =
        jwk(
            "{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zw"
                + "u1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6C"
                + "f0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08"
                + "qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqD"
                + "Kgw\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}");

    assertThat(JwkReader.read(key))
        .isPresent()
        .get()
        .extracting(VerificationKey::jkt)
        .isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  }

  /** RFC 8037 appendix A.3. */
  @Test
  void namesAnEd25519KeyByItsThumbprint() {
    VerificationKey key =
        JwkReader.read(
                jwk(
                    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                        + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"))
            .orElseThrow();

    assertThat(key.jkt()).isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assertThat(key.kid()).isNull();
  }

  @Test
  void givesOneThumbprintToOneKey_howeverItIsPadded() {
    String rsa = JwkReader.read(RSA.jwk("a")).orElseThrow().jkt();
    String ec = JwkReader.read(EC.jwk("a")).orElseThrow().jkt();

    assertThat(JwkReader.read(padded(padded(RSA.jwk("b"), "n", 1), "e", 1)).orElseThrow().jkt())
        .isEqualTo(rsa);
    assertThat(JwkReader.read(padded(padded(EC.jwk("b"), "x", 2), "y", 1)).orElseThrow().jkt())
        .isEqualTo(ec);
  }

  @Test
  void looksAtNoMemberButThePublicOnes() {
    ObjectNode key = EC.jwk("k").put("d", "AAAA").put("x5u", "http://127.0.0.1:9/").put("x5t", "!");
    key.putArray("x5c").add("MIIB");

    VerificationKey read = JwkReader.read(key).orElseThrow();
    assertThat(read.jkt()).isEqualTo(JwkReader.read(EC.jwk()).orElseThrow().jkt());
    assertThat(read.toString()).doesNotContain("AAAA");
  }

  @Test
  void leavesOutRsaKeysThatAreWeakOrHuge() {
    BigInteger n =
        new BigInteger(1, Base64Url.decode(RSA.jwk().path("n").textValue()).orElseThrow());

    assertThat(JwkReader.read(Signer.rsa(1024).jwk("k"))).isEmpty();
    for (String e : new String[] {"AQ", "AA", "", "Ag", "AAAAAAAAAAE", "AQAAAAAAAAAB"}) {
      assertThat(JwkReader.read(RSA.jwk("k").put("e", e))).as("e %s", e).isEmpty();
    }
    assertThat(
            JwkReader.read(RSA.jwk("k").put("n", Base64Url.encode(Signer.unsigned(n.clearBit(0))))))
        .isEmpty();
    assertThat(JwkReader.read(RSA.jwk("k").put("n", Base64Url.encode(Signer.unsigned(n.pow(4))))))
        .isEmpty();
    assertThat(JwkReader.read(RSA.jwk("k").put("e", "Aw"))).isPresent();
  }

  /** Made as the broken generator does: a power of 65537 modulo the primes that it builds upon. */
  @Test
  void leavesOutAnRsaKeyThatCanBeFactored() {
    BigInteger primes = BigInteger.ONE;
    for (int prime = 2; prime <= 167; prime++) {
      if (BigInteger.valueOf(prime).isProbablePrime(30)) {
        primes = primes.multiply(BigInteger.valueOf(prime));
      }
    }
    BigInteger n =
        primes
            .shiftLeft(2047 - primes.bitLength())
            .multiply(BigInteger.TWO)
            .add(BigInteger.valueOf(65537).modPow(BigInteger.valueOf(12_345), primes));

    assertThat(n.bitLength()).isEqualTo(2048);
    assertThat(JwkReader.read(RSA.jwk("k").put("n", Base64Url.encode(Signer.unsigned(n)))))
        .isEmpty();
    assertThat(Roca.isLikely(n)).isTrue();
    assertThat(Roca.isLikely(n.add(BigInteger.TWO))).isFalse();
  }

  @Test
  void leavesOutEcKeysOffTheirCurveOrOfAnother() {
    ObjectNode other = Signer.ec("P-256").jwk();

    assertThat(JwkReader.read(EC.jwk("k").put("y", other.path("y").textValue()))).isEmpty();
    assertThat(JwkReader.read(EC.jwk("k").put("crv", "P-384"))).isEmpty();
    assertThat(JwkReader.read(EC.jwk("k").put("crv", "secp256k1"))).isEmpty();
    assertThat(JwkReader.read(EC.jwk("k").put("crv", "p-256"))).isEmpty();
    assertThat(JwkReader.read(EC.jwk("k").put("x", "AA").put("y", "AA"))).isEmpty();
    assertThat(JwkReader.read(EC.jwk("k").put("x", ""))).isEmpty();
    assertThat(JwkReader.read((ObjectNode) EC.jwk("k").without("y"))).isEmpty();
  }

  /** Points of small order, under which one signature fits many messages (RFC 8032 section 5.1). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "7P_______________________________________38",
        "7f_______________________________________38",
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA",
        "x2oYp_fwcCz6OsctKUXiAS-bdF8nUlFnlBQsBmLFcAs",
        "AAAA",
        ""
      })
  void leavesOutEd25519KeysOfSmallOrderOrNoPoint(String x) {
    assertThat(
            JwkReader.read(
                Json.object().put("kty", "OKP").put("crv", "Ed25519").put("kid", "k").put("x", x)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
        "{\"kty\":\"oct\",\"alg\":\"HS256\",\"kid\":\"k\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
        "{\"kty\":\"EC\"}",
        "{\"kty\":\"RSA\"}",
        "{\"kty\":\"RSA\",\"n\":7,\"e\":\"AQAB\"}",
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
        "{\"kty\":[\"RSA\"]}"
      })
  void leavesOutOtherKindsOfKeys(String json) {
    assertThat(JwkReader.read(jwk(json))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "use      | \"sig\"               | true",
        "use      | \"enc\"               | false",
        "use      | null                  | false",
        "use      | [\"sig\"]             | false",
        "key_ops  | [\"verify\"]          | true",
        "key_ops  | [\"sign\",\"verify\"] | true",
        "key_ops  | [\"encrypt\"]         | false",
        "key_ops  | []                    | false",
        "key_ops  | \"verify\"            | false",
        "alg      | \"ES256\"             | true",
        "alg      | \"ES384\"             | false",
        "alg      | \"RS256\"             | false",
        "alg      | \"ECDH-ES\"           | false",
        "alg      | \"none\"              | false",
        "alg      | null                  | false",
        "alg      | 256                   | false",
        "kid      | 7                     | false",
        "kid      | null                  | false",
        "kid      | \"\"                  | true"
      })
  void usesAKeyOnlyForWhatItIsPublishedFor(String member, String value, boolean usable) {
    ObjectNode key = EC.jwk();
    key.set(member, jwk("{\"v\":" + value + "}").get("v"));

    assertThat(JwkReader.read(key).isPresent()).isEqualTo(usable);
  }

  @Test
  void leavesOutAKeyWhoseNameIsTooLong() {
    assertThat(JwkReader.read(EC.jwk("k".repeat(1_024)))).isPresent();
    assertThat(JwkReader.read(EC.jwk("k".repeat(1_025)))).isEmpty();
  }

  @Test
  void readsTheUsableKeysOfASet_inItsOrder_alsoTwoOfOneName() throws Exception {
    byte[] set =
        OneIssuer.set(
            EC.jwk("same"), jwk("{\"kty\":\"oct\",\"k\":\"AA\"}"), RSA.jwk("same"), EC.jwk());

    assertThat(JwkReader.readSet(set))
        .extracting(VerificationKey::kid)
        .containsExactly("same", "same", null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html></html>",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":null}",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[]}",
        "{\"keys\":[null,1,\"key\",[]]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}"
      })
  void failsOnWhatIsNoSetOfKeys_orOneWithoutAUsableKey(String json) {
    assertThatThrownBy(() -> JwkReader.readSet(json.getBytes(UTF_8)))
        .isInstanceOf(KeyFetchException.class);
  }

  @Test
  void failsOnTooManyKeys() {
    ObjectNode[] keys = new ObjectNode[JwkReader.MAX_KEYS + 1];
    Arrays.fill(keys, EC.jwk("k"));

    assertThatThrownBy(() -> JwkReader.readSet(OneIssuer.set(keys)))
        .isInstanceOf(KeyFetchException.class)
        .hasMessage("more than 100 keys");
  }
}
