package dev.rescind.publisher.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.revoke.FieldErrors;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeyOrderTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000);
  private static final ApiKey KEY =
      ApiKey.of(SomeKeys.credential("k", "owner", 400, 700L, null)).orElseThrow();

  private final FieldErrors errors = new FieldErrors();

  private static ObjectNode json(String text) {
    return Json.parseObject(text.replace('\'', '"')).orElseThrow();
  }

  private ApiKeyOrder parse(String body) {
    return ApiKeyOrder.parse(json(body), NOW, errors);
  }

  private ApiKeyOrder successor(String body) {
    return ApiKeyOrder.ofSuccessor(json(body), KEY, NOW, errors);
  }

  @Test
  void keepsTheClaims_andTakesTheNameOut() {
    ApiKeyOrder order = parse("{'name':'ci','client_id':'c','exp':1001,'x':{'y':1}}");

    assertThat(errors.isEmpty()).isTrue();
    assertThat(order.name()).isEqualTo("ci");
    assertThat(order.claims()).isEqualTo(json("{'client_id':'c','exp':1001,'x':{'y':1}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'token':'t'}|token",
        "{'key':'t'}|key",
        "{'fingerprint':'t'}|fingerprint",
        "{'type':'api_key'}|type",
        "{'name':''}|name",
        "{'name':7}|name",
        "{'exp':1000}|exp",
        "{'exp':'1970-01-01T00:00:00Z'}|exp"
      })
  void refusesWhatIsNotForKeys(String body, String field) {
    parse(body);

    assertThat(errors.list()).extracting(FieldErrors.FieldError::field).containsExactly(field);
  }

  @Test
  void aSuccessorIsAsTheKeyWas_andLivesAsLong() {
    ApiKeyOrder order = successor("{}");

    assertThat(Json.write(order.claims()))
        .isEqualTo(Json.write(json("{'client_id':'c','scope':'a b','exp':1300}")));
    assertThat(order.name()).isEqualTo("k");
    assertThat(order.overlap()).isZero();
  }

  @Test
  void aSuccessorCanHaveAnotherEnd_andTheKeyAnOverlap() {
    ApiKeyOrder order = successor("{'overlap':3600,'exp':5000}");

    assertThat(order.claims().path("exp").asLong()).isEqualTo(5_000);
    assertThat(order.overlap()).isEqualTo(3_600);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'overlap':-1}|overlap",
        "{'overlap':2592001}|overlap",
        "{'overlap':'1'}|overlap",
        "{'overlap':1.5}|overlap",
        "{'exp':999}|exp",
        "{'scope':'more'}|scope"
      })
  void refusesWhatASuccessorCannotBe(String body, String field) {
    successor(body);

    assertThat(errors.list()).extracting(FieldErrors.FieldError::field).containsExactly(field);
  }
}
