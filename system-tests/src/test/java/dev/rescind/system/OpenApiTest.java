package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The document is sound in itself, and what it is held against would be found. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class OpenApiTest {
  private static final Map<String, List<String>> SERVED =
      Map.of(
          "Content-Type", List.of("application/json"),
          "Cache-Control", List.of("no-store"),
          "Rescind-Position", List.of("AbCd"),
          "Rescind-Staleness-Ms", List.of("17"));

  private static OpenApi api;

  @BeforeAll
  static void load() throws IOException {
    api = OpenApi.load(OpenApi.DOCUMENT);
  }

  @Test
  void everyOperationHasAnIdOfItsOwn() {
    assertThat(api.operations()).extracting(OpenApi.Operation::id).doesNotHaveDuplicates();
    assertThat(api.operations()).noneMatch(operation -> operation.id().isEmpty());
  }

  @Test
  void everyExampleIsAsItsSchemaSays() {
    assertThat(api.problemsOfExamples()).isEmpty();
  }

  @Test
  void anAnswerThatIsForeseenHasNoProblems() {
    assertThat(introspected(200, SERVED, "{\"active\":false}")).isEmpty();
    assertThat(introspected(200, SERVED, "{\"active\":true,\"exp\":1795600000,\"x\":[1]}"))
        .isEmpty();
  }

  @Test
  void aMemberThatIsNotForeseenIsFound() {
    assertThat(introspected(200, SERVED, "{\"active\":false,\"reason\":\"revoked\"}")).isNotEmpty();
    assertThat(introspected(200, SERVED, "{\"active\":true,\"exp\":\"soon\"}")).isNotEmpty();
    assertThat(introspected(200, SERVED, "{\"active\":false} ,")).isNotEmpty();
    assertThat(introspected(200, SERVED, "{\"active\":false,\"active\":false}")).isNotEmpty();
  }

  @Test
  void aStatusThatIsNotForeseenIsFound() {
    assertThat(introspected(500, SERVED, "{\"active\":false}"))
        .containsExactly("introspect has no status 500");
  }

  @Test
  void aHeaderThatIsMissingWrongOrTooMuchIsFound() {
    String body = "{\"active\":false}";
    assertThat(introspected(200, without("Rescind-Position"), body))
        .containsExactly("the header Rescind-Position is missing");
    assertThat(introspected(200, with("Rescind-Staleness-Ms", "-1"), body)).hasSize(1);
    assertThat(introspected(200, with("Rescind-Position", "a b"), body)).hasSize(1);
    assertThat(introspected(200, with("Retry-After", "1"), body))
        .containsExactly("the header Retry-After is not in the document");
  }

  @Test
  void aBodyOfAnotherTypeIsFound() {
    assertThat(introspected(200, with("Content-Type", "text/html"), "{\"active\":false}"))
        .containsExactly("the body is text/html, which the document has not");
  }

  @Test
  void everyLineOfNdjsonIsLookedAt() {
    OpenApi.Operation register = api.operation("register");
    Map<String, List<String>> headers = new HashMap<>(SERVED);
    headers.remove("Rescind-Staleness-Ms");
    headers.put("Content-Type", List.of("application/x-ndjson"));
    String good = "{\"line\":1,\"status\":400,\"errors\":[{\"field\":\"\",\"message\":\"-\"}]}\n";
    assertThat(api.problems(register, new Answer(200, headers, good))).isEmpty();
    assertThat(api.problems(register, new Answer(200, headers, good + "{\"line\":2}\n")))
        .isNotEmpty();
    assertThat(api.problems(register, new Answer(200, headers, good.strip())))
        .containsExactly("the last line is not ended");
  }

  @Test
  void aMethodThatIsNotForeseenMustBe405AndNameThoseThatAre() {
    Map<String, List<String>> headers = new HashMap<>();
    headers.put("Cache-Control", List.of("no-store"));
    headers.put("Content-Type", List.of("application/problem+json"));
    headers.put("Allow", List.of("GET, POST"));
    String problem =
        "{\"type\":\"about:blank\",\"title\":\"Method Not Allowed\",\"status\":405,\"detail\":\"-\"}";
    String path = "/v1/revocations";
    assertThat(api.problemsOfOtherMethod(path, new Answer(405, headers, problem))).isEmpty();
    assertThat(api.problemsOfOtherMethod(path, new Answer(200, headers, problem))).isNotEmpty();
    headers.put("Allow", List.of("POST"));
    assertThat(api.problemsOfOtherMethod(path, new Answer(405, headers, problem)))
        .containsExactly("Allow is [POST], the document has [GET, POST]");
  }

  private static List<String> introspected(
      int status, Map<String, List<String>> headers, String body) {
    return api.problems(api.operation("introspect"), new Answer(status, headers, body));
  }

  private static Map<String, List<String>> with(String name, String value) {
    Map<String, List<String>> headers = new HashMap<>(SERVED);
    headers.put(name, List.of(value));
    return headers;
  }

  private static Map<String, List<String>> without(String name) {
    Map<String, List<String>> headers = new HashMap<>(SERVED);
    headers.remove(name);
    return headers;
  }
}
