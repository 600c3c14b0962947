package dev.rescind.platform.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.rescind.credential.Base64Url;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9449 section 4.3. */
@Timeout(20)
class DpopProofTest {
  private static final long NOW = 1_790_000_000;
  private static final String TOKEN = "an-access-token-of-a-test";
  private static final String URL = "https://api.example/orders";

  private static ECKey ec;

  @BeforeAll
  static void makeKey() throws JOSEException {
    ec = new ECKeyGenerator(Curve.P_256).generate();
  }

  private static ObjectNode header() {
    return Json.object()
        .put("typ", "dpop+jwt")
        .put("alg", "ES256")
        .set("jwk", Json.object(ec.toPublicJWK().toJSONObject()));
  }

  private static ObjectNode claims() {
    return Json.object()
        .put("jti", "a-name")
        .put("htm", "POST")
        .put("htu", URL)
        .put("iat", NOW)
        .put("ath", Fingerprint.of(TOKEN).toString());
  }

  private static String signed(ObjectNode header, ObjectNode claims) throws JOSEException {
    return signed(header, claims, new ECDSASigner(ec), JWSAlgorithm.ES256);
  }

  private static String signed(
      ObjectNode header, ObjectNode claims, JWSSigner signer, JWSAlgorithm alg)
      throws JOSEException {
    String input = encoded(header) + "." + encoded(claims);
    Base64URL signature =
        signer.sign(new JWSHeader(alg), input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + signature;
  }

  private static String encoded(ObjectNode node) {
    return Base64Url.encode(Json.write(node).getBytes(StandardCharsets.UTF_8));
  }

  private static String withHeader(Consumer<ObjectNode> change) throws JOSEException {
    ObjectNode header = header();
    change.accept(header);
    return signed(header, claims());
  }

  private static String withClaims(Consumer<ObjectNode> change) throws JOSEException {
    ObjectNode claims = claims();
    change.accept(claims);
    return signed(header(), claims);
  }

  private static Optional<DpopProof> check(String proof) {
    return check(proof, URL, null);
  }

  private static Optional<DpopProof> check(String proof, String htu, @Nullable String nonce) {
    return DpopProof.check(
        proof, new DpopProof.Request("POST", htu, TOKEN, nonce), new DpopProof.Window(NOW, 60, 5));
  }

  private static JsonNode examples() throws IOException {
    try (var in = DpopProofTest.class.getResourceAsStream("/vectors/rfc/rfc9449_examples.json")) {
      return Json.mapper().readTree(in);
    }
  }

  @Test
  void theExampleOfTheRfcHolds_forItsTokenAtItsTime() throws Exception {
    JsonNode examples = examples();
    String proof = examples.at("/proofs/2/jwt").asText();
    String token = examples.path("access_token_for_ath").asText();
    DpopProof.Request request =
        new DpopProof.Request("GET", "https://resource.example.org/protectedresource", token, null);
    long iat = 1_562_262_618;

    assertThat(DpopProof.check(proof, request, new DpopProof.Window(iat + 2, 60, 5)))
        .contains(new DpopProof(examples.at("/jkt_values/0").asText(), "e1j3V_bKic8-LAEB", iat));
    assertThat(DpopProof.check(proof, request, new DpopProof.Window(iat + 61, 60, 5))).isEmpty();
    assertThat(
            DpopProof.check(
                proof,
                new DpopProof.Request(request.htm(), request.htu(), token + "x", null),
                new DpopProof.Window(iat, 60, 5)))
        .isEmpty();
  }

  /** A proof that was made for the token endpoint. */
  @Test
  void theExamplesWithoutAth_holdForNoResource() throws Exception {
    for (int i : new int[] {0, 1}) {
      JsonNode proof = examples().path("proofs").path(i);

      assertThat(
              DpopProof.check(
                  proof.path("jwt").asText(),
                  new DpopProof.Request("POST", "https://server.example.com/token", TOKEN, null),
                  new DpopProof.Window(proof.at("/payload/iat").asLong(), 60, 5)))
          .isEmpty();
    }
  }

  @Test
  void holdsForItsRequest_inAnySpellingOfItsUri() throws Exception {
    String proof = signed(header(), claims());

    assertThat(check(proof))
        .contains(new DpopProof(ec.computeThumbprint().toString(), "a-name", NOW));
    assertThat(check(proof, "HTTPS://API.example:443/orders?page=2#top", null)).isPresent();
    assertThat(check(proof, "https://api.example/orders/", null)).isEmpty();
    assertThat(check(proof, "http://api.example/orders", null)).isEmpty();
    assertThat(check(proof, "no uri", null)).isEmpty();
    assertThat(check(withHeader(h -> h.put("typ", "application/DPoP+jwt")))).isPresent();
  }

  @Test
  void holdsWithinItsTimesAlone() throws Exception {
    assertThat(check(withClaims(c -> c.put("iat", NOW - 60)))).isPresent();
    assertThat(check(withClaims(c -> c.put("iat", NOW - 61)))).isEmpty();
    assertThat(check(withClaims(c -> c.put("iat", NOW + 5)))).isPresent();
    assertThat(check(withClaims(c -> c.put("iat", NOW + 6)))).isEmpty();
  }

  @Test
  void needsEveryClaim_ofItsKind() throws Exception {
    for (String name : new String[] {"jti", "htm", "htu", "iat", "ath"}) {
      assertThat(check(withClaims(c -> c.remove(name)))).as(name).isEmpty();
      assertThat(check(withClaims(c -> c.putObject(name)))).as(name).isEmpty();
      assertThat(check(withClaims(c -> c.putNull(name)))).as(name).isEmpty();
      assertThat(check(withClaims(c -> c.put(name, "other"))))
          .as(name)
          .satisfies(proof -> assertThat(proof.isPresent()).isEqualTo(name.equals("jti")));
    }
    assertThat(check(withClaims(c -> c.put("jti", "")))).isEmpty();
    assertThat(check(withClaims(c -> c.put("htm", "post")))).isEmpty();
  }

  @Test
  void hasTheNonceThatWasAskedFor() throws Exception {
    String proof = withClaims(c -> c.put("nonce", "n1"));

    assertThat(check(proof, URL, "n1")).isPresent();
    assertThat(check(proof, URL, "n2")).isEmpty();
    assertThat(check(proof, URL, null)).isPresent();
    assertThat(check(signed(header(), claims()), URL, "n1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "at+jwt", "dpop", "dpop+jwt2", ""})
  void isOfItsTypeAlone(String typ) throws Exception {
    assertThat(check(withHeader(h -> h.put("typ", typ)))).isEmpty();
    assertThat(check(withHeader(h -> h.remove("typ")))).isEmpty();
  }

  @Test
  void refusesOtherAlgorithms_andExtensions() throws Exception {
    for (String alg : new String[] {"none", "HS256", "ES384", "RS256", "ES256K"}) {
      assertThat(check(withHeader(h -> h.put("alg", alg)))).as(alg).isEmpty();
    }
    assertThat(check(withHeader(h -> h.putArray("crit").add("b64")))).isEmpty();
    assertThat(check(withHeader(h -> h.put("b64", false)))).isEmpty();
    assertThat(check(withHeader(h -> h.put("zip", "DEF")))).isEmpty();
  }

  /** A symmetric key is one that whoever reads the proof has too. */
  @Test
  void refusesASharedSecret() throws Exception {
    var secret = new OctetSequenceKeyGenerator(256).generate();
    ObjectNode header = header().put("alg", "HS256");
    header.set("jwk", Json.object(secret.toJSONObject()));

    assertThat(check(signed(header, claims(), new MACSigner(secret), JWSAlgorithm.HS256)))
        .isEmpty();
  }

  @Test
  void refusesAKeyThatIsPrivate_weak_missingOrAnothers() throws Exception {
    assertThat(check(withHeader(h -> h.set("jwk", Json.object(ec.toJSONObject()))))).isEmpty();
    assertThat(check(withHeader(h -> h.remove("jwk")))).isEmpty();
    assertThat(check(withHeader(h -> h.put("jwk", "text")))).isEmpty();
    ECKey other = new ECKeyGenerator(Curve.P_256).generate();
    assertThat(check(withHeader(h -> h.set("jwk", jwk(other))))).isEmpty();
    RSAKey weak = new RSAKeyGenerator(1024, true).generate();
    assertThat(
            check(
                signed(
                    rsaHeader(weak),
                    claims(),
                    new RSASSASigner(weak.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance())),
                    JWSAlgorithm.RS256)))
        .isEmpty();
    RSAKey rsa = new RSAKeyGenerator(2048).generate();
    assertThat(
            check(signed(rsaHeader(rsa), claims(), new RSASSASigner(rsa), JWSAlgorithm.RS256))
                .map(DpopProof::jkt))
        .contains(rsa.computeThumbprint().toString());
  }

  private static ObjectNode rsaHeader(RSAKey key) {
    ObjectNode header = header().put("alg", "RS256");
    header.set("jwk", jwk(key));
    return header;
  }

  private static ObjectNode jwk(JWK key) {
    return Json.object(key.toPublicJWK().toJSONObject());
  }

  @Test
  void refusesWhatIsChangedOrNoJwt() throws Exception {
    String proof = signed(header(), claims());

    assertThat(check(proof + "=")).isEmpty();
    assertThat(check(proof.substring(0, proof.length() - 4) + "AAAA")).isEmpty();
    assertThat(check(proof.substring(0, proof.lastIndexOf('.') + 1))).isEmpty();
    assertThat(check("not.a.jwt")).isEmpty();
    assertThat(check("")).isEmpty();
    assertThat(check("a".repeat(20_000))).isEmpty();
  }
}
