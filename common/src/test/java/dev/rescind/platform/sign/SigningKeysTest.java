package dev.rescind.platform.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class SigningKeysTest {
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");
  private static final SigningKey.Life ALWAYS = new SigningKey.Life(null, null);

  private static SigningKey key(String kid, @Nullable Instant useFrom, @Nullable Instant retireAt)
      throws Exception {
    return SigningKey.read(Pem.of("Ed25519"), kid, null, new SigningKey.Life(useFrom, retireAt))
        .orElseThrow();
  }

  private static String kidAt(SigningKeys keys, Instant now) {
    return keys.at("EdDSA", now).map(SigningKey::kid).orElse("none");
  }

  private static List<String> published(SigningKeys keys) throws Exception {
    return JWKSet.parse(new String(keys.jwks(), StandardCharsets.UTF_8)).getKeys().stream()
        .map(JWK::getKeyID)
        .toList();
  }

  @Test
  void aNewKeyIsPublishedBeforeItSigns_andTheOldOneAfterIt() throws Exception {
    SigningKeys keys =
        new SigningKeys(List.of(key("old", null, NOON.plusSeconds(60)), key("new", NOON, null)));

    assertThat(published(keys)).containsExactly("old", "new");
    assertThat(kidAt(keys, NOON.minusSeconds(1))).isEqualTo("old");
    assertThat(kidAt(keys, NOON)).isEqualTo("new");
    assertThat(kidAt(keys, NOON.plusSeconds(61))).isEqualTo("new");
  }

  @Test
  void theKeyWhoseUseBeganLastSigns_whateverTheOrder() throws Exception {
    SigningKey first = key("first", NOON.minusSeconds(10), null);
    SigningKey last = key("last", NOON.minusSeconds(5), null);
    SigningKey later = key("later", NOON.plusSeconds(5), null);
    SigningKey always = key("always", null, null);

    assertThat(kidAt(new SigningKeys(List.of(first, last, later, always)), NOON)).isEqualTo("last");
    assertThat(kidAt(new SigningKeys(List.of(always, later, last, first)), NOON)).isEqualTo("last");
    assertThat(kidAt(new SigningKeys(List.of(always, key("other", null, null))), NOON))
        .isEqualTo("always");
  }

  @Test
  void nothingSigns_beforeUseAndAfterRetirement() throws Exception {
    SigningKeys keys = new SigningKeys(List.of(key("one", NOON, NOON.plusSeconds(1))));

    assertThat(kidAt(keys, NOON.minusMillis(1))).isEqualTo("none");
    assertThat(kidAt(keys, NOON)).isEqualTo("one");
    assertThat(kidAt(keys, NOON.plusSeconds(1))).isEqualTo("none");
    assertThat(keys.at("ES256", NOON)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, RS256, PS256",
    "secp256r1, ES256, ES256",
    "secp384r1, ES384, ES384",
    "secp521r1, ES512, ES512",
    "Ed25519, EdDSA, Ed25519"
  })
  void readsKeysOfEachKind(String kind, String standard, String other) throws Exception {
    String pem =
        switch (kind) {
          case "RSA" -> Pem.rsa(2048);
          case "Ed25519" -> Pem.of("Ed25519");
          default -> Pem.ec(kind);
        };

    SigningKey byKind = SigningKey.read(pem, null, null, ALWAYS).orElseThrow();
    SigningKey named = SigningKey.read(pem, "a-name", other, ALWAYS).orElseThrow();

    assertThat(byKind.alg()).isEqualTo(standard);
    assertThat(named.alg()).isEqualTo(other);
    assertThat(named.kid()).isEqualTo("a-name");
    JWK published =
        JWKSet.parse(new String(new SigningKeys(List.of(byKind)).jwks(), StandardCharsets.UTF_8))
            .getKeys()
            .get(0);
    assertThat(published.isPrivate()).isFalse();
    assertThat(published.computeThumbprint().toString()).isEqualTo(byKind.kid());
    assertThat(published.getAlgorithm().getName()).isEqualTo(standard);
    assertThat(published.getKeyUse()).hasToString("sig");
  }

  @Test
  void refusesWeakKeys_othersAlgorithms_andWhatIsNoKey() throws Exception {
    assertThat(SigningKey.isKey(Pem.rsa(1024))).isFalse();
    assertThat(SigningKey.isKey(Pem.of("X25519"))).isFalse();
    assertThat(SigningKey.isKey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"))
        .isFalse();
    assertThat(SigningKey.read(Pem.of("Ed25519"), "k", "RS256", ALWAYS)).isEmpty();
    assertThat(SigningKey.read(Pem.ec("secp256r1"), "k", "ES384", ALWAYS)).isEmpty();
    assertThat(SigningKey.read(Pem.rsa(2048), "k", "none", ALWAYS)).isEmpty();
  }

  @Test
  void signsByRs256_whereThatIsPossible_forWhoAsksForNoOther() throws Exception {
    SigningKey rsa = SigningKey.read(Pem.rsa(2048), "r", null, ALWAYS).orElseThrow();
    SigningKey ec = SigningKey.read(Pem.ec("secp256r1"), "e", null, ALWAYS).orElseThrow();

    assertThat(new SigningKeys(List.of(ec, rsa)).standardAlg()).isEqualTo("RS256");
    assertThat(new SigningKeys(List.of(ec, key("o", null, null))).standardAlg()).isEqualTo("ES256");
    assertThat(new SigningKeys(List.of(ec, rsa, ec)).algs()).containsExactly("ES256", "RS256");
  }

  @Test
  void showsNothingOfAKey() throws Exception {
    assertThat(key("a", null, null)).hasToString("SigningKey[a EdDSA]");
  }
}
