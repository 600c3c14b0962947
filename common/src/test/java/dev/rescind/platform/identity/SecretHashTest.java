package dev.rescind.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hashes were made by the argon2 and htpasswd programs and by Python's hashlib. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SecretHashTest {
  static final String PBKDF2 =
      "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI";
  static final String SECRET = "correct horse battery staple";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$argon2id$v=19$m=1024,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$ckpELDUnb0gxCs5K1pHW0EzbiX9MYX4J1Eeww6A05BQ",
        "$2y$05$dP2ivm8RThtdRovc5GgSDeFb3I8qj23yIwDYwCRKq4qRcKd6wV1Ry",
        PBKDF2,
        "$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI",
        "$pbkdf2-sha512$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$5bTW2oeyDJyGJPcmEr+mRDE11ghpozWrDGnSNhRXo2ZCu0KHRDiUMAVEGzLJC+oDhRoeIja9J1iLIv9ptDJMfQ"
      })
  void matchesItsSecretAndNoOther(String hash) {
    SecretHash parsed = SecretHash.parse(hash);

    assertThat(parsed.matches(SECRET)).isTrue();
    assertThat(parsed.matches(SECRET + "!")).isFalse();
    assertThat(parsed.matches("")).isFalse();
    assertThat(parsed.toString()).isEqualTo("***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a plain secret",
        "{noop}secret",
        "$argon2i$v=19$m=1024,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$ckpELDUnb0gxCs5K1pHW0EzbiX9MYX4J1Eeww6A05BQ",
        "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$ckpELDUnb0gxCs5K1pHW0EzbiX9MYX4J1Eeww6A05BQ",
        "$2y$31$dP2ivm8RThtdRovc5GgSDeFb3I8qj23yIwDYwCRKq4qRcKd6wV1Ry",
        "$pbkdf2-sha256$i=0$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI",
        "$pbkdf2-sha256$i=99999999$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI"
      })
  void isRefused_whenItsFormIsUnknownOrItsCostBeyondBounds(String hash) {
    assertThatThrownBy(() -> SecretHash.parse(hash))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secret_hashes")
        .hasMessageNotContaining("MDEyMzQ1")
        .hasMessageNotContaining("a plain secret");
  }

  @Test
  void doesNotMatchASecretOfWhichBcryptSeesOnlyTheBeginning() {
    String hash =
        org.bouncycastle.crypto.generators.OpenBSDBCrypt.generate(
            "x".repeat(72).toCharArray(), new byte[16], 4);

    assertThat(SecretHash.parse(hash).matches("x".repeat(72))).isTrue();
    assertThat(SecretHash.parse(hash).matches("x".repeat(73))).isFalse();
  }
}
