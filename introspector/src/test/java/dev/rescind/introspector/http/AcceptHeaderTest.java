package dev.rescind.introspector.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class AcceptHeaderTest {
  private static boolean isJwt(String... values) {
    return AcceptHeader.wantsJwt(List.of(values));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/token-introspection+jwt",
        "Application/Token-Introspection+JWT",
        "application/token-introspection+jwt; q=0.1",
        "application/token-introspection+jwt, application/json",
        "application/json, application/token-introspection+jwt",
        "application/json;q=0.9,application/token-introspection+jwt",
        "text/html, application/token-introspection+jwt;charset=utf-8;q=0.5",
        "application/token-introspection+jwt, */*;q=0.8",
        "application/json;q=0, */*"
      })
  void isJwt_whereThatIsNamedAndWantedAsMuch(String value) {
    assertThat(isJwt(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",;q=1,",
        "*/*",
        "application/*",
        "application/json",
        "application/jwt",
        "application/token-introspection+jwt;q=0",
        "application/token-introspection+jwt;q=0.000, */*",
        "application/token-introspection+jwt;q=0.5, application/json",
        "application/token-introspection+jwt;q=0.5, */*",
        "application/token-introspection+jwt;q=2",
        "application/token-introspection+jwt;q=NaN",
        "application/token-introspection+jwt;q=",
        "application/json;q=0"
      })
  void isJson_everywhereElse(String value) {
    assertThat(isJwt(value)).isFalse();
  }

  @Test
  void readsSeveralHeadersAsOne() {
    assertThat(isJwt("application/json;q=0.2", "application/token-introspection+jwt;q=0.3"))
        .isTrue();
    assertThat(isJwt()).isFalse();
  }
}
