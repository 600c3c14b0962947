package dev.rescind.platform.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class FormBodyTest {

  @Test
  void readsParameters() {
    FormBody form = requireNonNull(parse("token=a%2Bb+c&token_type_hint=&&client_id=%C3%A9&flag"));

    assertThat(form.get("token")).isEqualTo("a+b c");
    assertThat(form.get("client_id")).isEqualTo("é");
    assertThat(form.get("token_type_hint")).isNull();
    assertThat(form.get("flag")).isNull();
    assertThat(form.get("other")).isNull();
    assertThat(form.toString()).doesNotContain("a+b c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1&a=1",
        "a=1&a=",
        "a&a",
        "%61=1&a=2",
        "a=%",
        "a=%4",
        "a=%zz",
        "a=%C3",
        "%ff=1",
        "a=%C0%80"
      })
  void refusesWhatIsThereTwiceOrBroken(String body) {
    assertThat(parse(body)).isNull();
  }

  @Test
  void refusesTooManyParameters() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i <= FormBody.MAX_PARAMETERS; i++) {
      body.append('p').append(i).append("=&");
    }

    assertThat(parse(body.toString())).isNull();
  }

  @Property
  void readsBackWhatWasEncoded(@ForAll @NotEmpty String value) {
    String encoded = URLEncoder.encode(value, UTF_8);
    FormBody form = requireNonNull(parse("token=" + encoded));

    // Lone surrogates have no UTF-8: the encoder puts a question mark there.
    assertThat(form.get("token")).isEqualTo(new String(value.getBytes(UTF_8), UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=\"utf-8\"",
        "application/x-www-form-urlencoded;"
      })
  void knowsAFormByItsType(String contentType) {
    assertThat(FormBody.isForm(contentType)).isTrue();
  }

  @Test
  void takesNothingElseForAForm() {
    assertThat(FormBody.isForm(null)).isFalse();
    assertThat(FormBody.isForm("application/json")).isFalse();
    assertThat(FormBody.isForm("multipart/form-data; boundary=x")).isFalse();
    assertThat(FormBody.isForm("application/x-www-form-urlencoded; charset=utf-16")).isFalse();
  }

  private static @Nullable FormBody parse(String body) {
    return FormBody.parse(body.getBytes(UTF_8));
  }
}
