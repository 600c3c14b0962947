package dev.rescind.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeySyntaxTest {
  private final ApiKeySyntax syntax = new ApiKeySyntax("rsc_");
  private final SecureRandom random = new SecureRandom();

  @Test
  void makesKeysThatAScannerFinds_andNoTwoAlike() {
    Pattern scanner = Pattern.compile(syntax.expression());
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      String key = syntax.mint(random);

      assertThat(scanner.matcher("X-Api-Key: " + key + "\n").find()).as(key).isTrue();
      assertThat(syntax.isMisspelt(key)).isFalse();
      assertThat(key).hasSize(53).startsWith(syntax.hint(key));
      assertThat(made.add(key)).isTrue();
    }
    assertThat(syntax.expression()).isEqualTo("\\brsc_[0-9A-Za-z]{49}\\b");
  }

  @Test
  void everyCharacterOfTheAlphabetIsUsed() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      syntax.mint(random).substring(4, 47).chars().forEach(seen::add);
    }

    assertThat(seen).hasSize(62);
  }

  /** CRC-32 of the first 47 characters, 4,039,937,185 by zlib, in base62. */
  @Test
  void endsInTheChecksumOfAllBeforeIt() {
    String body = "rsc_" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg";

    assertThat(syntax.isMisspelt(body + "4PPADB")).isFalse();
  }

  @Test
  void everyTypoIsFound() {
    String key = syntax.mint(random);
    for (int i = 4; i < key.length(); i++) {
      char other = key.charAt(i) == 'x' ? 'y' : 'x';
      assertThat(syntax.isMisspelt(key.substring(0, i) + other + key.substring(i + 1)))
          .as("character %d", i)
          .isTrue();
      assertThat(syntax.isMisspelt(key.substring(0, i))).isTrue();
    }
    assertThat(syntax.isMisspelt(key + "0")).isTrue();
    assertThat(syntax.isMisspelt(key.substring(0, 10) + "-" + key.substring(11))).isTrue();
  }

  @Test
  void whatBeginsOtherwiseIsNotItsAffair() {
    String key = syntax.mint(random);

    assertThat(syntax.isMisspelt("")).isFalse();
    assertThat(syntax.isMisspelt("rsc")).isFalse();
    assertThat(syntax.isMisspelt("RSC_" + key.substring(4))).isFalse();
    assertThat(new ApiKeySyntax("acme_").isMisspelt(key)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "_", "r_", "Rsc_", "1rsc_", "rsc", "rsc-", "rsc__", "abcdefghijklmnop_"})
  void refusesAPrefix_thatIsNotAsItMustBe(String prefix) {
    assertThatThrownBy(() -> new ApiKeySyntax(prefix)).isInstanceOf(IllegalArgumentException.class);
  }
}
