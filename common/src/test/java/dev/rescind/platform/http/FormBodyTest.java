package dev.rescind.platform.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
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

  /** URLDecoder replaces broken UTF-8 and reads {@code %+4}; nothing else differs. */
  @Property
  void readsAsTheJdkDoes_whateverItDoesNotRefuse(
      @ForAll
          @StringLength(max = 24)
          @Chars({'%', '+', '=', '&', '4', '1', 'c', 'C', '3', 'a', 'z'})
          String body) {
    FormBody form = parse(body);
    Map<String, String> reference = new HashMap<>();
    boolean twice = false;
    boolean broken = false;
    for (String pair : body.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        broken |= name.indexOf('\ufffd') >= 0 || value.indexOf('\ufffd') >= 0;
        twice |= reference.put(name, value) != null;
      }
    }
    if (twice || broken) {
      assertThat(form).isNull();
    } else {
      FormBody read = requireNonNull(form);
      reference.forEach(
          (name, value) -> assertThat(read.get(name)).isEqualTo(value.isEmpty() ? null : value));
    }
  }

  private static String decoded(String text) {
    try {
      return text.contains("%+") ? "\ufffd" : URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return "\ufffd";
    }
  }

  @Property
  void anyBytesAreReadWithoutAnException(@ForAll byte[] body) {
    FormBody form = FormBody.parse(body);
    if (form != null) {
      assertThat(form.toString()).startsWith("FormBody");
    }
  }

  @Property
  void aParameterThatIsThereTwiceIsRefused_howeverItsNameIsSpelled(
      @ForAll @AlphaChars @StringLength(min = 1, max = 8) String name, @ForAll int which) {
    int i = Math.floorMod(which, name.length());
    String other =
        name.substring(0, i) + "%" + Integer.toHexString(name.charAt(i)) + name.substring(i + 1);

    assertThat(parse(name + "=1&x0=&" + other + "=2")).isNull();
    assertThat(parse(other + "&" + name)).isNull();
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
