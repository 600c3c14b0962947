package dev.rescind.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OnceOnlyTest {
  @Test
  void namesDifferWhereAnyPartDoes_howeverTheTextsJoin() {
    assertThat(OnceOnly.name("a", "bc")).isEqualTo(OnceOnly.name("a", "bc"));
    assertThat(OnceOnly.name("a", "bc"))
        .isNotEqualTo(OnceOnly.name("ab", "c"))
        .isNotEqualTo(OnceOnly.name("abc"))
        .isNotEqualTo(OnceOnly.name("a", "bc", ""));
  }
}
