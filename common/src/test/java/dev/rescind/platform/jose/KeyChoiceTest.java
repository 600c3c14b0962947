package dev.rescind.platform.jose;

import static dev.rescind.platform.jose.OneIssuer.claims;
import static dev.rescind.platform.jose.OneIssuer.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which key a JWT is verified by, with and without a {@code kid}. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class KeyChoiceTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Signer A = Signer.ec("P-256");
  private static final Signer B = Signer.ec("P-256");
  private static final Signer RSA = Signer.rsa(2048);

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static OneIssuer publishing(ObjectNode... jwks) {
    return OneIssuer.withKeys(VERTX, IssuerConfig.Accept.defaults(), jwks);
  }

  private static String by(Signer signer, @Nullable String kid) {
    return signer.sign("ES256", header("ES256", kid), claims(""));
  }

  @Test
  void isTheKeyOfThatName_alone() {
    OneIssuer issuer = publishing(A.jwk("a"), B.jwk("b"));

    assertThat(issuer.outcome(by(A, "a"))).isEqualTo("verified");
    assertThat(issuer.outcome(by(A, "b"))).isEqualTo("SIGNATURE");
    assertThat(issuer.outcome(by(A, "c"))).isEqualTo("UNKNOWN_KEY");
    assertThat(issuer.outcome(by(A, "A"))).isEqualTo("UNKNOWN_KEY");
    assertThat(issuer.outcome(by(A, ""))).isEqualTo("UNKNOWN_KEY");
  }

  @Test
  void isTheOneThatVerifies_whenTheTokenNamesNone() {
    OneIssuer issuer = publishing(RSA.jwk("r"), A.jwk("a"), B.jwk());
    Credential byA = issuer.credential(by(A, null));
    Credential byB = issuer.credential(by(B, null));

    assertThat(byA.binding().kid()).isEqualTo("a");
    assertThat(byA.binding().jkt()).isEqualTo(thumbprint(A));
    assertThat(byB.binding().kid()).isNull();
    assertThat(byB.binding().jkt()).isEqualTo(thumbprint(B));
    assertThat(issuer.outcome(by(Signer.ec("P-256"), null))).isEqualTo("SIGNATURE");
  }

  @Test
  void isNeverAKeyWithoutAName_whenTheTokenNamesOne() {
    assertThat(publishing(A.jwk()).outcome(by(A, "a"))).isEqualTo("UNKNOWN_KEY");
  }

  @Test
  void isEitherOfTwoUnderOneName_byItsOwnMaterial() {
    OneIssuer issuer = publishing(A.jwk("same"), B.jwk("same"));

    assertThat(issuer.credential(by(A, "same")).binding().jkt()).isEqualTo(thumbprint(A));
    assertThat(issuer.credential(by(B, "same")).binding().jkt()).isEqualTo(thumbprint(B));
  }

  @Test
  void isOneMaterial_underHoweverManyNames() {
    OneIssuer issuer = publishing(A.jwk("one"), B.jwk("other"), A.jwk("two"));

    assertThat(issuer.credential(by(A, "one")).binding())
        .extracting(Credential.Binding::kid, Credential.Binding::jkt)
        .containsExactly("one", thumbprint(A));
    assertThat(issuer.credential(by(A, "two")).binding())
        .extracting(Credential.Binding::kid, Credential.Binding::jkt)
        .containsExactly("two", thumbprint(A));
    assertThat(issuer.outcome(by(A, null))).isEqualTo("verified");
  }

  /** A signature that no key material of its own makes: another's claim to it is not believed. */
  @Test
  void isRefused_whenTwoMaterialsVerify() {
    VerificationKey.Check always = (alg, input, signature) -> true;
    VerificationKey one = new VerificationKey("one", "jkt-1", Set.of(Alg.ES256), always);
    VerificationKey two = new VerificationKey("two", "jkt-2", Set.of(Alg.ES256), always);
    OneIssuer issuer = OneIssuer.withVerificationKeys(VERTX, one, two);

    assertThat(issuer.outcome(by(A, null))).isEqualTo("AMBIGUOUS_KEY");
    assertThat(issuer.outcome(by(A, "one"))).isEqualTo("verified");
  }

  @Test
  void isNotSoughtAmongMoreThanSixteen() {
    ObjectNode[] many =
        IntStream.range(0, 17)
            .mapToObj(i -> (i == 0 ? A : Signer.ec("P-256")).jwk("k" + i))
            .toArray(ObjectNode[]::new);

    assertThat(publishing(many).outcome(by(A, null))).isEqualTo("AMBIGUOUS_KEY");
    assertThat(publishing(many).outcome(by(A, "k0"))).isEqualTo("verified");
  }

  @Test
  void isUsedWithTheAlgorithmThatItIsPublishedFor() {
    String rs256 = RSA.sign("RS256", header("RS256", "r"), claims(""));

    assertThat(publishing(RSA.jwk("r").put("alg", "RS256")).outcome(rs256)).isEqualTo("verified");
    assertThat(publishing(RSA.jwk("r").put("alg", "PS256")).outcome(rs256))
        .isEqualTo("UNKNOWN_KEY");
  }

  private static String thumbprint(Signer signer) {
    return String.valueOf(JwkReader.read(signer.jwk()).orElseThrow().jkt());
  }
}
