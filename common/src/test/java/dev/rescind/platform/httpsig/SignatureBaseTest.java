package dev.rescind.platform.httpsig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Components of RFC 9421 section 2, with the RFC's own examples where it has some. */
class SignatureBaseTest {
  private static Optional<String> line(HttpMessage message, String component) {
    FieldMember.InnerList covered = Covered.of("(" + component + ")");
    return TargetUri.parse(message.targetUri())
        .flatMap(target -> SignatureBase.of(message, target, covered))
        .map(base -> base.text().substring(0, base.text().indexOf('\n')));
  }

  /** Section 2.1. */
  @Test
  void joinsAFieldsLinesWithoutTheSpacesAroundThem() {
    SomeRequest request =
        new SomeRequest("GET", "https://www.example.com/")
            .with("X-OWS-Header", "  Leading and trailing whitespace.\t")
            .with("X-Obs-Fold-Header", "Obsolete\r\n    line folding.")
            .with("Cache-Control", "max-age=60")
            .with("Cache-Control", "   must-revalidate")
            .with("Example-Dict", " a=1,    b=2;x=1;y=2,   c=(a   b   c)")
            .with("X-Empty-Header", "");

    assertThat(line(request, "\"x-ows-header\""))
        .contains("\"x-ows-header\": Leading and trailing whitespace.");
    assertThat(line(request, "\"x-obs-fold-header\""))
        .contains("\"x-obs-fold-header\": Obsolete line folding.");
    assertThat(line(request, "\"cache-control\""))
        .contains("\"cache-control\": max-age=60, must-revalidate");
    assertThat(line(request, "\"example-dict\""))
        .contains("\"example-dict\": a=1,    b=2;x=1;y=2,   c=(a   b   c)");
    assertThat(line(request, "\"x-empty-header\"")).contains("\"x-empty-header\": ");
  }

  /** Sections 2.2.1 to 2.2.7. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@method|POST",
        "@target-uri|https://www.example.com/path?param=value",
        "@authority|www.example.com",
        "@scheme|https",
        "@request-target|/path?param=value",
        "@path|/path",
        "@query|?param=value"
      })
  void derivesAComponentFromTheRequestLine(String name, String value) {
    SomeRequest request = new SomeRequest("POST", "https://www.example.com/path?param=value");

    assertThat(line(request, '"' + name + '"')).contains('"' + name + "\": " + value);
  }

  /** Sections 2.2.3, 2.2.6, 2.2.7. */
  @Test
  void normalizesAuthorityAndEmptyParts() {
    assertThat(line(new SomeRequest("GET", "HTTPS://WWW.Example.com:443"), "\"@authority\""))
        .contains("\"@authority\": www.example.com");
    assertThat(line(new SomeRequest("GET", "http://Example.com:80/"), "\"@authority\""))
        .contains("\"@authority\": example.com");
    assertThat(line(new SomeRequest("GET", "http://example.com:443/"), "\"@authority\""))
        .contains("\"@authority\": example.com:443");
    assertThat(line(new SomeRequest("GET", "http://[::1]:8080/a"), "\"@authority\""))
        .contains("\"@authority\": [::1]:8080");
    assertThat(line(new SomeRequest("GET", "https://example.com"), "\"@path\""))
        .contains("\"@path\": /");
    assertThat(line(new SomeRequest("GET", "https://example.com/a"), "\"@query\""))
        .contains("\"@query\": ?");
    assertThat(line(new SomeRequest("GET", "https://example.com/a?"), "\"@query\""))
        .contains("\"@query\": ?");
    assertThat(line(new SomeRequest("GET", "https://example.com?a=b"), "\"@query\""))
        .contains("\"@query\": ?a=b");
  }

  /** Section 2.2.8. */
  @Test
  void encodesAQueryParameterAnew() {
    SomeRequest plain =
        new SomeRequest("GET", "http://www.example.com/path?param=value&foo=bar&baz=batman&qux=");
    SomeRequest encoded =
        new SomeRequest(
            "GET",
            "http://www.example.com/parameters?var=this%20is%20a%20big%0Amultiline%20value"
                + "&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something");

    assertThat(line(plain, "\"@query-param\";name=\"baz\""))
        .contains("\"@query-param\";name=\"baz\": batman");
    assertThat(line(plain, "\"@query-param\";name=\"qux\""))
        .contains("\"@query-param\";name=\"qux\": ");
    assertThat(line(encoded, "\"@query-param\";name=\"var\""))
        .contains("\"@query-param\";name=\"var\": this%20is%20a%20big%0Amultiline%20value");
    assertThat(line(encoded, "\"@query-param\";name=\"bar\""))
        .contains("\"@query-param\";name=\"bar\": with%20plus%20whitespace");
    assertThat(line(encoded, "\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\""))
        .contains("\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\": something");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x-absent\"",
        "\"@status\"",
        "\"@signature-params\"",
        "\"@unknown\"",
        "\"X-Upper\"",
        "\"x upper\"",
        "\"\"",
        "\"signature\"",
        "\"signature-input\"",
        "\"date\";sf",
        "\"date\";key=\"a\"",
        "\"date\";bs",
        "\"date\";tr",
        "\"@method\";req",
        "\"@query-param\"",
        "\"@query-param\";name=a",
        "\"@query-param\";name=\"absent\"",
        "\"@query-param\";name=\"twice\"",
        "\"@query-param\";name=\"a\";req",
        "date",
        "1",
        "\"@method\" \"@method\"",
        "\"x-latin\""
      })
  void refusesAComponent_thatIsAbsentTwiceOrNotSupported(String component) {
    SomeRequest request =
        new SomeRequest("GET", "http://example.com/?a=1&twice=1&twice=2")
            .with("Date", "Tue, 20 Apr 2021 02:07:55 GMT")
            .with("X-Upper", "1")
            .with("X-Latin", "caf\u00e9")
            .with("Signature", "a=:AA==:")
            .with("Signature-Input", "a=()");

    assertThat(line(request, component)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/path",
        "http:///path",
        "http://example.com/#f",
        "http://example.com#f",
        "http://user@example.com/",
        "http://a\\b/",
        "http://exa mple.com/",
        "http://example.com/\u00e9",
        "http://example.com/a b",
        "http://example.com/a\nb",
        "://example.com/"
      })
  void refusesWhatIsNoTargetUri(String uri) {
    assertThat(TargetUri.parse(uri)).isEmpty();
  }
}
