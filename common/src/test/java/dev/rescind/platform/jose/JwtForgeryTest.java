package dev.rescind.platform.jose;

import static dev.rescind.platform.jose.OneIssuer.algs;
import static dev.rescind.platform.jose.OneIssuer.claims;
import static dev.rescind.platform.jose.OneIssuer.header;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.platform.json.Json;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F22 and F23: what forgers send. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class JwtForgeryTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Signer RSA = Signer.rsa(2048);
  private static final Signer P256 = Signer.ec("P-256");
  private static final Signer ED = Signer.ed25519();
  private static final Signer MALLORY = Signer.ec("P-256");

  /** RFC 7518 section 3.4: the order of P-256's group. */
  private static final BigInteger N =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private final OneIssuer issuer =
      OneIssuer.withKeys(
          VERTX,
          algs(
              "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA", "Ed25519"),
          RSA.jwk("r"),
          P256.jwk("e"),
          ED.jwk("d"));

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static String withSignature(String header, String claims, byte[] signature) {
    return Base64Url.encode(header.getBytes(UTF_8))
        + "."
        + Base64Url.encode(claims.getBytes(UTF_8))
        + "."
        + Base64Url.encode(signature);
  }

  private static byte[] signatureOf(String jwt) {
    return Base64Url.decode(jwt.substring(jwt.lastIndexOf('.') + 1)).orElseThrow();
  }

  private static String resigned(String jwt, byte[] signature) {
    return jwt.substring(0, jwt.lastIndexOf('.') + 1) + Base64Url.encode(signature);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "None",
        "NONE",
        "",
        " ES256",
        "es256",
        "HS256",
        "ES256K",
        "RSA1_5",
        "A128GCMKW"
      })
  void refusesAnAlgorithmThatIsNone_orIsNotASignaturesOrNotAllowed(String alg) {
    String header = Json.write(Json.object().put("alg", alg).put("typ", "at+jwt").put("kid", "e"));

    assertThat(issuer.outcome(withSignature(header, claims(""), new byte[0])))
        .isEqualTo("ALGORITHM");
    assertThat(issuer.outcome(P256.sign("ES256", header, claims("")))).isEqualTo("ALGORITHM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "HS384", "HS512"})
  void refusesAPublicKeyTakenForASecret(String alg) {
    ObjectNode jwk = RSA.jwk("r");
    byte[][] secrets = {
      Json.write(jwk).getBytes(UTF_8),
      Base64Url.decode(jwk.path("n").textValue()).orElseThrow(),
      ("-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(new byte[294]))
          .getBytes(US_ASCII)
    };
    for (byte[] secret : secrets) {
      assertThat(issuer.outcome(Signer.hmac(secret).sign(alg, header(alg, "r"), claims(""))))
          .isEqualTo("ALGORITHM");
    }
  }

  @Test
  void doesNotTakeASymmetricKeyFromAJwkSet() {
    String secret = Base64Url.encode(new byte[32]);
    OneIssuer published =
        OneIssuer.withKeys(
            VERTX,
            IssuerConfig.Accept.defaults(),
            Json.object().put("kty", "oct").put("kid", "o").put("alg", "HS256").put("k", secret),
            P256.jwk("e"));

    assertThat(
            published.outcome(
                Signer.hmac(new byte[32]).sign("HS256", header("HS256", "o"), claims(""))))
        .isEqualTo("ALGORITHM");
    assertThat(
            published.outcome(
                Signer.hmac(new byte[32]).sign("HS256", header("ES256", "o"), claims(""))))
        .isEqualTo("UNKNOWN_KEY");
  }

  @Test
  void doesNotLookAtKeysThatTheTokenBringsAlong() {
    String url = "http://127.0.0.1:9/jwks";
    String[] members = {
      "\"jwk\":" + Json.write(MALLORY.jwk("e")),
      "\"jku\":\"" + url + "\"",
      "\"x5u\":\"" + url + "\"",
      "\"x5c\":[\"MIIB\"]",
      "\"x5t#S256\":\"" + "A".repeat(43) + "\""
    };
    for (String member : members) {
      String header = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"e\"," + member + "}";
      assertThat(issuer.outcome(MALLORY.sign("ES256", header, claims("")))).isEqualTo("SIGNATURE");
      assertThat(issuer.outcome(P256.sign("ES256", header, claims("")))).isEqualTo("verified");
    }
  }

  @Test
  void refusesAKeyForTheAlgorithmOfAnotherKindOrCurve() {
    String p384 = Signer.ec("P-384").sign("ES384", header("ES384", "e"), claims(""));

    assertThat(issuer.outcome(p384)).isEqualTo("UNKNOWN_KEY");
    assertThat(issuer.outcome(P256.sign("ES256", header("ES384", "e"), claims(""))))
        .isEqualTo("UNKNOWN_KEY");
    assertThat(issuer.outcome(P256.sign("ES256", header("ES512", null), claims(""))))
        .isEqualTo("UNKNOWN_KEY");
    assertThat(issuer.outcome(P256.sign("ES256", header("EdDSA", "e"), claims(""))))
        .isEqualTo("UNKNOWN_KEY");
    assertThat(issuer.outcome(ED.sign("EdDSA", header("ES256", "d"), claims(""))))
        .isEqualTo("UNKNOWN_KEY");
    assertThat(issuer.outcome(RSA.sign("RS256", header("PS256", "r"), claims(""))))
        .isEqualTo("SIGNATURE");
    assertThat(issuer.outcome(RSA.sign("RS256", header("RS384", "r"), claims(""))))
        .isEqualTo("SIGNATURE");
    assertThat(issuer.outcome(RSA.sign("PS384", header("PS256", "r"), claims(""))))
        .isEqualTo("SIGNATURE");
  }

  @Test
  void refusesAnEcdsaSignatureOfZeroes_ofTheOrder_orOfAnotherShape() {
    byte[] zero = new byte[32];
    byte[] order = Signer.padded(N, 32);
    byte[] one = Signer.padded(BigInteger.ONE, 32);
    byte[] good = signatureOf(P256.sign("ES256", header("ES256", "e"), claims("")));
    byte[] r = Arrays.copyOf(good, 32);
    byte[] s = Arrays.copyOfRange(good, 32, 64);
    byte[][] forged = {
      join(zero, zero),
      join(zero, one),
      join(one, zero),
      join(order, order),
      join(zero, order),
      join(r, zero),
      join(r, order),
      join(zero, s),
      join(order, s),
      join(one, one),
      new byte[0],
      new byte[1],
      new byte[63],
      new byte[65],
      new byte[96],
      Arrays.copyOf(good, 63),
      Arrays.copyOf(good, 65),
      join(join(zero, r), join(zero, s)),
      der(r, s)
    };
    for (byte[] signature : forged) {
      assertThat(issuer.outcome(withSignature(header("ES256", "e"), claims(""), signature)))
          .as(Base64Url.encode(signature))
          .isEqualTo("SIGNATURE");
    }
  }

  @Test
  void acceptsTheTwinOfAnEcdsaSignature_asTheSameCredential() {
    String jwt = P256.sign("ES256", header("ES256", "e"), claims("\"jti\":\"j\""));
    byte[] good = signatureOf(jwt);
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(good, 32, 64));
    String twin = resigned(jwt, join(Arrays.copyOf(good, 32), Signer.padded(N.subtract(s), 32)));

    assertThat(twin).isNotEqualTo(jwt);
    assertThat(issuer.outcome(twin)).isEqualTo("verified");
    assertThat(issuer.credential(twin).fingerprint())
        .isEqualTo(issuer.credential(jwt).fingerprint());
    assertThat(issuer.credential(twin).binding().digest())
        .isNotEqualTo(issuer.credential(jwt).binding().digest());
  }

  @Test
  void refusesAnRsaSignatureOfAnotherLengthOrValue() {
    for (String alg : new String[] {"RS256", "PS256"}) {
      String jwt = RSA.sign(alg, header(alg, "r"), claims(""));
      byte[] good = signatureOf(jwt);
      byte[] modulus = Base64Url.decode(RSA.jwk().path("n").textValue()).orElseThrow();
      BigInteger beyond = new BigInteger(1, good).add(new BigInteger(1, modulus));
      byte[][] forged = {
        new byte[0],
        new byte[256],
        Arrays.copyOf(good, 255),
        Arrays.copyOf(good, 257),
        join(new byte[1], good),
        Signer.padded(BigInteger.ONE, 256),
        modulus,
        beyond.bitLength() <= 2048 ? Signer.padded(beyond, 256) : Signer.unsigned(beyond)
      };
      for (byte[] signature : forged) {
        assertThat(issuer.outcome(resigned(jwt, signature))).isEqualTo("SIGNATURE");
      }
      assertThat(issuer.outcome(jwt)).isEqualTo("verified");
    }
  }

  /** RFC 8032 section 5.1.7: S must be under the group's order, or each signature has others. */
  @Test
  void refusesTheTwinOfAnEd25519Signature() {
    String jwt = ED.sign("EdDSA", header("EdDSA", "d"), claims(""));
    byte[] good = signatureOf(jwt);
    BigInteger order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    BigInteger s = new BigInteger(1, reversed(Arrays.copyOfRange(good, 32, 64)));
    byte[] twin = join(Arrays.copyOf(good, 32), reversed(Signer.padded(s.add(order), 32)));

    assertThat(issuer.outcome(jwt)).isEqualTo("verified");
    assertThat(issuer.outcome(resigned(jwt, twin))).isEqualTo("SIGNATURE");
    assertThat(issuer.outcome(resigned(jwt, new byte[64]))).isEqualTo("SIGNATURE");
    assertThat(issuer.outcome(resigned(jwt, Arrays.copyOf(good, 63)))).isEqualTo("SIGNATURE");
    assertThat(issuer.outcome(resigned(jwt, new byte[0]))).isEqualTo("SIGNATURE");
  }

  @Test
  void refusesAnHmacThatIsCutShort_orEmpty() {
    String secret = "0123456789abcdef".repeat(4);
    OneIssuer sharing = OneIssuer.withSecret(VERTX, algs("HS256", "HS512"), secret);
    String jwt =
        Signer.hmac(secret.getBytes(UTF_8)).sign("HS512", header("HS512", null), claims(""));
    byte[] good = signatureOf(jwt);

    assertThat(sharing.outcome(jwt)).isEqualTo("verified");
    assertThat(sharing.outcome(resigned(jwt, new byte[0]))).isEqualTo("SIGNATURE");
    assertThat(sharing.outcome(resigned(jwt, Arrays.copyOf(good, 32)))).isEqualTo("SIGNATURE");
    assertThat(sharing.outcome(resigned(jwt, Arrays.copyOf(good, 65)))).isEqualTo("SIGNATURE");
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  /** ASN.1's spelling of a signature, which JOSE does not use. */
  private static byte[] der(byte[] r, byte[] s) {
    byte[] first = integer(r);
    byte[] second = integer(s);
    byte[] body = join(first, second);
    return join(new byte[] {0x30, (byte) body.length}, body);
  }

  private static byte[] integer(byte[] unsigned) {
    byte[] bytes = new BigInteger(1, unsigned).toByteArray();
    return join(new byte[] {0x02, (byte) bytes.length}, bytes);
  }
}
