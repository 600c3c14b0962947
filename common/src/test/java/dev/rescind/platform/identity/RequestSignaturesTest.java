package dev.rescind.platform.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.platform.httpsig.SignatureKey;
import dev.rescind.testing.RequestSigner;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signed requests (RFC 9421) as a way for a caller to be known. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RequestSignaturesTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final byte[] SECRET = "a secret of thirty-two bytes, or".getBytes(UTF_8);
  private static final RequestSigner HMAC = RequestSigner.hmac("k1", SECRET);
  private static final KeyPair PAIR = pair();
  private static final RequestSigner ED25519 = RequestSigner.ed25519("k2", PAIR.getPrivate());
  private static final String BODY = "token=abc";

  private final Vertx vertx = Vertx.vertx();
  private final RememberedUses uses = new RememberedUses();
  private final RequestSignatures method = method(NOW);

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private RequestSignatures method(Instant now) {
    return new RequestSignatures(
        vertx,
        List.of(
            owner("sharer", SignatureKey.Hmac.of("k1", SECRET)),
            owner("signer", new SignatureKey.Ed25519("k2", PAIR.getPublic()))),
        uses,
        InstantSource.fixed(now));
  }

  private static RequestSignatures.Owner owner(String clientId, SignatureKey key) {
    return new RequestSignatures.Owner(
        Identity.parse(
            clientId, List.of(), new Identity.Limits(null, null, null), StalePolicy.REFUSE),
        List.of(key));
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private static GivenEvidence signed(RequestSigner signer, String nonce, String body) {
    Map<String, String> components = new LinkedHashMap<>();
    components.put("@method", "POST");
    components.put("@target-uri", "https://rescind.example/introspect");
    components.put("content-digest", RequestSigner.contentDigest(BODY));
    GivenEvidence evidence =
        GivenEvidence.none()
            .body(Buffer.buffer(body))
            .header("Content-Length", Integer.toString(body.length()))
            .header("Content-Digest", RequestSigner.contentDigest(BODY));
    for (Map.Entry<String, String> header :
        signer
            .sign(components, signer.parameters(NOW.getEpochSecond(), nonce))
            .headers()
            .entrySet()) {
      evidence = evidence.header(header.getKey(), header.getValue());
    }
    return evidence;
  }

  private Authentication authenticate(RequestSignatures by, Evidence evidence) throws Exception {
    return by.authenticate(evidence).await(10, TimeUnit.SECONDS);
  }

  private String caller(Evidence evidence) throws Exception {
    return authenticate(method, evidence) instanceof Authentication.Known known
        ? known.identity().clientId()
        : "nobody";
  }

  @Test
  void isUsedByWhatIsSigned_andNothingElse() {
    assertThat(method.isUsedBy(signed(HMAC, "n", BODY))).isTrue();
    assertThat(method.isUsedBy(GivenEvidence.none().header("Signature", "sig=:AA==:"))).isTrue();
    assertThat(method.isUsedBy(GivenEvidence.none())).isFalse();
  }

  @Test
  void knowsTheOwnerOfTheKey() throws Exception {
    assertThat(caller(signed(HMAC, "n1", BODY))).isEqualTo("sharer");
    assertThat(caller(signed(ED25519, "n1", BODY))).isEqualTo("signer");
    assertThat(caller(signed(HMAC, "n2", BODY).parameter("client_id", "sharer")))
        .isEqualTo("sharer");
  }

  @Test
  void refusesAnothersClientId() throws Exception {
    assertThat(caller(signed(HMAC, "n", BODY).parameter("client_id", "signer")))
        .isEqualTo("nobody");
  }

  @Test
  void refusesANonceThatCameBefore_underTheSameKeyAlone() throws Exception {
    assertThat(caller(signed(HMAC, "n", BODY))).isEqualTo("sharer");

    assertThat(caller(signed(HMAC, "n", BODY))).isEqualTo("nobody");
    assertThat(caller(signed(ED25519, "n", BODY))).isEqualTo("signer");
    assertThat(caller(signed(ED25519, "n", BODY))).isEqualTo("nobody");
  }

  @Test
  void remembersANonce_forAsLongAsTheSignatureCounts() throws Exception {
    caller(signed(HMAC, "n", BODY));

    assertThat(uses.uses.values()).containsExactly(Duration.ofSeconds(66));
    assertThat(authenticate(method(NOW.plusSeconds(61)), signed(HMAC, "m", BODY)))
        .isInstanceOf(Authentication.Refused.class);
  }

  @Test
  void doesNotRememberTheNonceOfWhoProvesNothing() throws Exception {
    RequestSigner other =
        RequestSigner.hmac("k1", "another secret of 32 bytes, or so".getBytes(UTF_8));

    assertThat(caller(signed(other, "n", BODY))).isEqualTo("nobody");

    assertThat(uses.uses).isEmpty();
    assertThat(caller(signed(HMAC, "n", BODY))).isEqualTo("sharer");
  }

  @Test
  void refusesABodyThatIsNotTheSignedOne() throws Exception {
    assertThat(caller(signed(HMAC, "n", "token=abd"))).isEqualTo("nobody");
  }

  @Test
  void isBusy_whenItCannotBeToldWhetherTheNonceIsNew() throws Exception {
    uses.able(false);

    assertThat(authenticate(method, signed(HMAC, "n", BODY)))
        .isInstanceOf(Authentication.Busy.class);
  }

  @Test
  void saysWhatIsWrongWithTheForm_andNothingOfTheProof() throws Exception {
    Authentication old = authenticate(method(NOW.plusSeconds(3_600)), signed(HMAC, "n", BODY));
    Authentication unknown =
        authenticate(method, signed(RequestSigner.hmac("k9", SECRET), "n", BODY));

    assertThat(((Authentication.Refused) old).description()).contains("window");
    assertThat(((Authentication.Refused) old).status()).isEqualTo(401);
    assertThat(((Authentication.Refused) unknown).description())
        .isEqualTo("client authentication failed");
  }

  @Test
  void refusesTwoKeysOfOneName() {
    SignatureKey key = SignatureKey.Hmac.of("k1", SECRET);

    assertThatThrownBy(
            () ->
                new RequestSignatures(
                    vertx,
                    List.of(owner("a", key), owner("b", key)),
                    uses,
                    InstantSource.fixed(NOW)))
        .hasMessageContaining("k1");
  }
}
