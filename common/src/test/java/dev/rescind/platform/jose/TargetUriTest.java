package dev.rescind.platform.jose;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3986 section 6.2, as RFC 9449 section 4.3 asks for it. */
@Timeout(10)
class TargetUriTest {
  @ParameterizedTest
  @CsvSource({
    "HTTPS://API.Example/Orders, https://api.example/Orders",
    "https://api.example:443/a, https://api.example/a",
    "http://api.example:80, http://api.example/",
    "http://api.example:/a, http://api.example/a",
    "https://api.example:80/a, https://api.example:80/a",
    "https://api.example, https://api.example/",
    "https://api.example/a?b=c#d, https://api.example/a",
    "https://api.example/%7Eada/%2fb%3A, https://api.example/~ada/%2Fb%3A",
    "https://api.example/a/./b/../c, https://api.example/a/c",
    "https://api.example/../a, https://api.example/a",
    "https://api.example/a/.., https://api.example/",
    "https://api.example/a/., https://api.example/a/",
    "https://api.example/a/%2e%2E/b, https://api.example/b",
    "https://api.example//a//, https://api.example//a//",
    "https://api_1.example/a, https://api_1.example/a",
    "https://[2001:DB8::1]:8443/a, https://[2001:db8::1]:8443/a"
  })
  void givesEquivalentUrisOneSpelling(String uri, String spelling) {
    assertThat(TargetUri.normalized(uri)).contains(spelling);
    assertThat(TargetUri.normalized(spelling)).contains(spelling);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/orders",
        "//api.example/orders",
        "api.example/orders",
        "ftp://api.example/",
        "mailto:a@api.example",
        "https:///orders",
        "https://user@api.example/",
        "https://api.example:port/",
        "https://api.example/%zz",
        "https://api.example/%2",
        "https://api.example/a b",
        "https://\u00e4pi.example/"
      })
  void isNothingForWhatIsNoUriOfAResource(String text) {
    assertThat(TargetUri.normalized(text)).isEmpty();
  }
}
