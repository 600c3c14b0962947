package dev.rescind.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hashes were made by the argon2 and htpasswd programs, libxcrypt, and Python's hashlib. */
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
        "$2a$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        PBKDF2,
        "$pbkdf2-sha256$1000$RSuh3e.AJGxIvnaQGTx2wQ$Co9xj6TrDB2R5hI1xErPKsIIUYWSfW0jNUiv0c3.5Os",
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2b$04$abcdefghijklmnopqrstuuKnHl.x1yQ06jW2xtQY6ynPSc7M2jr9G",
        "$pbkdf2-sha512$i=1000$C/6TXnDDIcfKOvx1zg0Mog$NT8HcqSBUZWg8twdw6We76hFUInj8zHKY9n+98JqtI6oFpP8Kn6xd2cqPyeVWAEZCyutYd/KL+tg4qot4EZEcw"
      })
  void matchesASecretByItsUtf8(String hash) {
    assertThat(SecretHash.parse(hash).matches("pässwörd €")).isTrue();
    assertThat(SecretHash.parse(hash).matches("password €")).isFalse();
  }

  @Test
  void matchesASecretThatIsLongerThanAnHmacsBlock() {
    SecretHash hash =
        SecretHash.parse(
            "$pbkdf2-sha256$i=1000$C/6TXnDDIcfKOvx1zg0Mog$7iqB3Phq/r4CiSj8kpeUc7H7T3vcX0IPzsBiwWS5NGc");

    assertThat(hash.matches("x".repeat(300))).isTrue();
    assertThat(hash.matches("x".repeat(299))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI",
        "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplIMD",
        "$argon2id$v=19$m=1024,t=2,p=1$c29tZXNhbHQxNmJ5dGVzIQ$ckpELDUnb0gxCs5K1pHW0EzbiX9MYX4J1Eeww6A05BQAA"
      })
  void isRefusedByName_whenItsBase64EndsInTheMiddleOfAByte(String hash) {
    assertThatThrownBy(() -> SecretHash.parse(hash))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secret_hashes");
  }

  /** Of 73 bytes libxcrypt makes the hash of the first 72. */
  @Test
  void doesNotMatchASecretOfWhichBcryptSeesOnlyTheBeginning() {
    SecretHash hash =
        SecretHash.parse("$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i");

    assertThat(hash.matches("x".repeat(72))).isTrue();
    assertThat(hash.matches("x".repeat(73))).isFalse();
    assertThat(hash.matches("x".repeat(71))).isFalse();
  }
}
