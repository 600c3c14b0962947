package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.rescind.testing.Respellings;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** F22, F23 and F24 on a live node, whose issuer publishes an RSA and an EC key. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostileTokensIT {
  private static final String INACTIVE = "{\"active\":false}";

  @TempDir static Path data;

  private static Cluster cluster;
  private static ECKey mallory;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 1).bound(Duration.ofSeconds(30)).start();
    mallory = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String introspected(String token) throws Exception {
    return cluster.introspect(1, token, Caller.CALLER).body();
  }

  private static void assertAllInactive(Map<String, String> tokens) throws Exception {
    for (Map.Entry<String, String> one : tokens.entrySet()) {
      assertThat(introspected(one.getValue())).as(one.getKey()).isEqualTo(INACTIVE);
    }
  }

  private static String claims() {
    long now = Instant.now().getEpochSecond();
    return "{\"iss\":\"%s\",\"sub\":\"s\",\"aud\":\"https://api.example\",\"client_id\":\"c\",\"jti\":\"%s\",\"iat\":%d,\"exp\":%d}"
        .formatted(cluster.issuer().iss(), Tokens.opaque(), now, now + 300);
  }

  private static String encode(String text) {
    return Base64URL.encode(text).toString();
  }

  /** A JWT of these texts; the signature is whatever it is. */
  private static String jwt(String header, String claims, byte[] signature) {
    return encode(header) + "." + encode(claims) + "." + Base64URL.encode(signature);
  }

  private static String signed(ECKey key, String header, String claims) throws Exception {
    String input = encode(header) + "." + encode(claims);
    JWSHeader es256 = new JWSHeader(JWSAlgorithm.ES256);
    return input
        + "."
        + new ECDSASigner(key).sign(es256, input.getBytes(StandardCharsets.US_ASCII));
  }

  /** F24. */
  @Test
  void noRespellingOfAJwtIsActive_beforeItWasRevokedAndAfter() throws Exception {
    for (JWSAlgorithm alg : List.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256)) {
      String kid = alg.equals(JWSAlgorithm.RS256) ? "rsa-1" : "ec-1";
      String jwt = cluster.issuer().mint(kid, alg, claims -> claims);
      Map<String, String> respellings = Respellings.of(jwt);
      assertThat(respellings).hasSizeGreaterThan(40).doesNotContainValue(jwt);

      assertThat(introspected(jwt)).startsWith("{\"active\":true");
      assertAllInactive(respellings);
      cluster.revoke(jwt);
      assertThat(introspected(jwt)).isEqualTo(INACTIVE);
      assertAllInactive(respellings);
    }
  }

  /** F24: also where the text that is presented first is another than the one that is revoked. */
  @Test
  void noRespellingOfARegisteredTokenIsActive() throws Exception {
    String token = Tokens.opaque();
    Answer answer =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\"" + token + "\",\"type\":\"access_token\"}");
    assertThat(answer.status()).isEqualTo(201);

    for (String respelled :
        List.of(
            token + " ",
            " " + token,
            token + "\n",
            token + "\0",
            token + "=",
            token + "%20",
            "\"" + token + "\"",
            "Bearer " + token,
            token + "\u200b",
            token.toUpperCase(java.util.Locale.ROOT))) {
      assertThat(introspected(respelled)).isEqualTo(INACTIVE);
    }
    assertThat(introspected(token)).startsWith("{\"active\":true");
  }

  /** F23. */
  @Test
  void theTwinOfAnEcdsaSignatureIsAsGood_andAsRevoked() throws Exception {
    String jwt = cluster.issuer().mint("ec-1", JWSAlgorithm.ES256, claims -> claims);
    String twin = Respellings.twin(jwt);
    assertThat(twin).isNotEqualTo(jwt);
    assertThat(introspected(twin)).startsWith("{\"active\":true");

    cluster.revoke(jwt);
    assertThat(introspected(twin)).isEqualTo(INACTIVE);

    String other = cluster.issuer().mint("ec-1", JWSAlgorithm.ES256, claims -> claims);
    cluster.revoke(Respellings.twin(other));
    assertThat(introspected(other)).isEqualTo(INACTIVE);
  }

  /** F23. */
  @Test
  void noForgeryIsActive() throws Exception {
    String genuine = cluster.issuer().mint("ec-1", JWSAlgorithm.ES256, claims -> claims);
    String[] parts = genuine.split("\\.", -1);
    byte[] signature = new Base64URL(parts[2]).decode();
    Map<String, String> forged = new LinkedHashMap<>();
    for (String alg : List.of("none", "None", "nOnE", "NONE", "", "ES256K", "es256", "A128KW")) {
      String header = "{\"alg\":\"" + alg + "\",\"typ\":\"at+jwt\",\"kid\":\"ec-1\"}";
      forged.put("alg " + alg + ", no signature", jwt(header, claims(), new byte[0]));
      forged.put("alg " + alg + ", any signature", jwt(header, claims(), signature));
    }
    RSAPublicKey rsa = cluster.issuer().rsa().toRSAPublicKey();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(rsa.getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    Map<String, byte[]> secrets =
        Map.of(
            "DER", rsa.getEncoded(),
            "PEM", pem.getBytes(StandardCharsets.US_ASCII),
            "modulus", rsa.getModulus().toByteArray(),
            "JWK",
                cluster
                    .issuer()
                    .rsa()
                    .toPublicJWK()
                    .toJSONString()
                    .getBytes(StandardCharsets.UTF_8),
            "zeroes", new byte[32]);
    for (Map.Entry<String, byte[]> secret : secrets.entrySet()) {
      String input = encode("{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}") + "." + encode(claims());
      forged.put(
          "HS256 with the RSA key's " + secret.getKey(),
          input
              + "."
              + new MACSigner(
                      Arrays.copyOf(secret.getValue(), Math.max(32, secret.getValue().length)))
                  .sign(
                      new JWSHeader(JWSAlgorithm.HS256),
                      input.getBytes(StandardCharsets.US_ASCII)));
    }
    String es256 = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"ec-1\"}";
    forged.put("r = s = 0", jwt(es256, claims(), new byte[64]));
    byte[] ones = new byte[64];
    Arrays.fill(ones, (byte) 0xff);
    forged.put("r and s beyond the order", jwt(es256, claims(), ones));
    forged.put("another's key under the same kid", signed(mallory, es256, claims()));
    ECKey genuineKey = cluster.issuer().ec();
    for (String alg : List.of("ES384", "ES512", "EdDSA", "RS256", "PS256")) {
      forged.put(
          "the EC key's signature as " + alg,
          signed(genuineKey, es256.replace("ES256", alg), claims()));
    }
    for (String member :
        List.of(
            "\"crit\":[\"exp\"],\"exp\":1",
            "\"crit\":[]",
            "\"crit\":[\"b64\"],\"b64\":false",
            "\"b64\":false",
            "\"b64\":true",
            "\"zip\":\"DEF\"",
            "\"zip\":\"GZIP\"",
            "\"alg\":\"ES256\"")) {
      forged.put(
          "signed, with " + member,
          signed(genuineKey, es256.replace("}", "," + member + "}"), claims()));
    }
    assertThat(introspected(signed(genuineKey, es256, claims()))).startsWith("{\"active\":true");

    assertAllInactive(forged);
  }

  /**
   * F23: what would cost much if it were looked at; that it never is, {@link LayeringTest} says.
   */
  @Test
  void whatIsDearToReadIsInactive() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(bomb, new Deflater(Deflater.BEST_COMPRESSION, true))) {
      byte[] zeroes = new byte[1 << 20];
      for (int i = 0; i < 30; i++) {
        out.write(zeroes);
      }
    }
    String zipped =
        encode("{\"alg\":\"ES256\",\"zip\":\"DEF\",\"kid\":\"ec-1\"}")
            + "."
            + Base64URL.encode(bomb.toByteArray());
    String pbes2 =
        encode(
            "{\"alg\":\"PBES2-HS512+A256KW\",\"enc\":\"A256GCM\",\"zip\":\"DEF\",\"p2c\":2147483647,\"p2s\":\""
                + encode("a salt of some bytes")
                + "\"}");
    Map<String, String> dear = new LinkedHashMap<>();
    dear.put(
        "a zip bomb",
        zipped
            + "."
            + new ECDSASigner(cluster.issuer().ec())
                .sign(
                    new JWSHeader(JWSAlgorithm.ES256), zipped.getBytes(StandardCharsets.US_ASCII)));
    dear.put("PBES2 of five parts", pbes2 + ".AAAA.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA");
    dear.put("PBES2 of three parts", pbes2 + "." + encode(claims()) + ".AAAA");
    dear.put(
        "deep nesting",
        jwt("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}", "{\"a\":".repeat(5_000) + "1", new byte[64]));
    dear.put(
        "a huge number",
        jwt("{\"alg\":\"ES256\"}", "{\"exp\":1e999999999,\"iss\":\"a\"}", new byte[64]));
    dear.put(
        "a long number",
        jwt("{\"alg\":\"ES256\"}", "{\"exp\":" + "9".repeat(40_000) + "}", new byte[64]));
    dear.put(
        "a header of 40,000 bytes",
        jwt("{\"alg\":\"" + "A".repeat(40_000) + "\"}", "{}", new byte[64]));
    List<String> dots = new ArrayList<>(List.of(".".repeat(60_000), "e.".repeat(30_000)));
    dear.put("many dots", dots.get(0));
    dear.put("many parts", dots.get(1));

    assertAllInactive(dear);
  }

  /** F22. */
  @Test
  void noTokenMakesARequestToWhereItPoints() throws Exception {
    try (ServerSocketChannel inside = ServerSocketChannel.open()) {
      inside.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      inside.configureBlocking(false);
      int port = ((InetSocketAddress) inside.getLocalAddress()).getPort();
      String url = "http://127.0.0.1:" + port + "/jwks";
      String publicKey = mallory.toPublicJWK().toJSONString();
      int fetches = cluster.issuer().fetches();
      List<String> tokens = new ArrayList<>();
      for (String member :
          List.of(
              "\"jku\":\"" + url + "\"",
              "\"x5u\":\"" + url + "\"",
              "\"jwk\":" + publicKey,
              "\"jwk\":{\"kty\":\"EC\",\"jku\":\"" + url + "\",\"x5u\":\"" + url + "\"}",
              "\"x5c\":[\"" + url + "\",\"MIIB\"]",
              "\"x5t#S256\":\"" + url + "\"",
              "\"iss\":\"" + url + "\"",
              "\"jku\":\"" + url + "\",\"crit\":[\"jku\"]")) {
        for (String kid : List.of("ec-1", url, "../../../../../../etc/passwd", "' OR 1=1 --")) {
          String header =
              "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"," + member + "}";
          tokens.add(signed(mallory, header, claims()));
          tokens.add(
              signed(
                  mallory,
                  header,
                  claims().replace(cluster.issuer().iss(), "http://127.0.0.1:" + port)));
          tokens.add(
              signed(
                  mallory, header, claims().replace("\"sub\"", "\"jku\":\"" + url + "\",\"sub\"")));
        }
      }

      for (String token : tokens) {
        assertThat(introspected(token)).isEqualTo(INACTIVE);
        cluster.form(
            cluster.publisherUrl() + "/revoke",
            Caller.AUTHORIZATION_SERVER,
            Map.of("token", token));
      }
      cluster.post(
          "/v1/revocations/preview",
          Caller.ADMIN,
          "{\"target\":{\"type\":\"token\",\"token\":\"" + tokens.get(0) + "\"}}");

      assertThat(inside.accept()).isNull();
      // Names of keys that are not known: once in 30 s for each service.
      assertThat(cluster.issuer().fetches() - fetches).isLessThanOrEqualTo(2);
      String good = cluster.issuer().mint(claims -> claims);
      assertThat(introspected(good)).startsWith("{\"active\":true");
    }
  }
}
