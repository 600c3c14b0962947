package dev.rescind.platform.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CallerAuthenticatorTest {
  private static final String ID = "gateway";
  private static final String SECRET = "correct horse battery staple";

  private final Vertx vertx = Vertx.vertx();
  private final CallerAuthenticator authenticator =
      new CallerAuthenticator(vertx, List.of(identity(ID), identity("a+b%2Fc")));

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void knowsACallerByBasicCredentials_rawAndFormEncoded() {
    assertThat(authenticate(basic(ID, SECRET), null, null)).isEqualTo(ID);
    assertThat(authenticate(basic(ID, URLEncoder.encode(SECRET, UTF_8)), null, null)).isEqualTo(ID);
    assertThat(authenticate(basic("a+b%2Fc", SECRET), null, null)).isEqualTo("a+b%2Fc");
    assertThat(authenticate(basic("a%2Bb%252Fc", SECRET), null, null)).isEqualTo("a+b%2Fc");
  }

  @Test
  void knowsACallerByTheForm() {
    assertThat(authenticate(null, ID, SECRET)).isEqualTo(ID);
  }

  @Test
  void takesBothAtOnce_onlyWhenEqual() {
    assertThat(authenticate(basic(ID, SECRET), ID, SECRET)).isEqualTo(ID);
    assertThat(authenticate(basic(ID, SECRET), ID, null)).isEqualTo(ID);
    assertThat(authenticate(basic(ID, SECRET), ID, "another")).isEqualTo("refused");
    assertThat(authenticate(basic(ID, SECRET), "another", SECRET)).isEqualTo("refused");
  }

  @Test
  void refusesAWrongSecret_alsoAfterTheRightOneWasProven() {
    assertThat(authenticate(null, ID, SECRET)).isEqualTo(ID);
    assertThat(authenticate(null, ID, SECRET + " ")).isEqualTo("refused");
    assertThat(authenticate(null, "a+b%2Fc", SECRET + "x")).isEqualTo("refused");
  }

  @Test
  void refusesAnUnknownCallerAndOneWithoutCredentials() {
    assertThat(authenticate(null, "nobody", SECRET)).isEqualTo("refused");
    assertThat(authenticate(null, null, null)).isEqualTo("refused");
    assertThat(authenticate("Bearer abc", null, null)).isEqualTo("refused");
    assertThat(authenticate("Basic !!!", null, null)).isEqualTo("refused");
    assertThat(authenticate("Bearer abc", ID, SECRET)).isEqualTo("refused");
  }

  @Test
  void answersAtOnce_onceASecretWasProven() {
    assertThat(authenticate(null, ID, SECRET)).isEqualTo(ID);

    assertThat(authenticator.authenticate(ClientCredentials.parse(null, ID, SECRET)).isComplete())
        .isTrue();
  }

  @Test
  void isBusy_whenTooManyUnprovenSecretsAreUnderWay() {
    List<Future<CallerAuthenticator.Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      outcomes.add(authenticator.authenticate(ClientCredentials.parse(null, ID, "guess" + i)));
    }
    List<String> names = outcomes.stream().map(CallerAuthenticatorTest::name).toList();

    assertThat(names).contains("busy", "refused").doesNotContain(ID);
  }

  @Test
  void refusesToBegin_whenTwoIdentitiesHaveOneName() {
    assertThatThrownBy(() -> new CallerAuthenticator(vertx, List.of(identity(ID), identity(ID))))
        .hasMessageContaining("client_id twice");
  }

  private String authenticate(
      @Nullable String authorization, @Nullable String id, @Nullable String secret) {
    return name(authenticator.authenticate(ClientCredentials.parse(authorization, id, secret)));
  }

  private static String name(Future<CallerAuthenticator.Outcome> outcome) {
    CallerAuthenticator.Outcome done = outcome.await();
    if (done instanceof CallerAuthenticator.Outcome.Known known) {
      return known.identity().clientId();
    }
    return done instanceof CallerAuthenticator.Outcome.Busy ? "busy" : "refused";
  }

  private static Identity identity(String clientId) {
    return Identity.parse(
        clientId,
        List.of(SecretHashTest.PBKDF2),
        List.of("introspect"),
        new Identity.Limits(null, null, null));
  }

  private static String basic(String id, String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
  }
}
