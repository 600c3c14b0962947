package dev.rescind.platform.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ClientSecretsTest {
  private static final String ID = "gateway";
  private static final String SECRET = "correct horse battery staple";

  private final Vertx vertx = Vertx.vertx();
  private final CallerAuthenticator authenticator =
      only(new ClientSecrets(vertx, List.of(owner(ID), owner("a+b%2Fc"))));

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

    assertThat(authenticator.authenticate(post(ID, SECRET)).isComplete()).isTrue();
  }

  @Test
  void isBusy_whenTooManyUnprovenSecretsAreUnderWay() {
    List<Future<Authentication>> outcomes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      outcomes.add(authenticator.authenticate(post(ID, "guess" + i)));
    }
    List<String> names = outcomes.stream().map(ClientSecretsTest::name).toList();

    assertThat(names).contains("busy", "refused").doesNotContain(ID);
  }

  @Test
  void checksOnce_whatManyAskAtTheSameTime() {
    List<Future<Authentication>> outcomes = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      outcomes.add(authenticator.authenticate(post(ID, SECRET)));
    }

    assertThat(outcomes.stream().map(ClientSecretsTest::name)).containsOnly(ID);
  }

  @Test
  void answersOnTheCallersThread() throws Exception {
    List<Future<Boolean>> same = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Promise<Boolean> answered = Promise.promise();
      same.add(answered.future());
      ((VertxInternal) vertx)
          .createEventLoopContext()
          .runOnContext(
              none -> {
                Thread caller = Thread.currentThread();
                authenticator
                    .authenticate(post(ID, SECRET))
                    .onComplete(done -> answered.complete(Thread.currentThread() == caller));
              });
    }

    for (Future<Boolean> one : same) {
      assertThat(one.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void knowsACallerWhoseSecretWasProven_whileOthersGuessAtIt() {
    assertThat(authenticate(null, ID, SECRET)).isEqualTo(ID);
    List<Future<Authentication>> guesses = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      guesses.add(authenticator.authenticate(post(ID, "guess" + i)));
      assertThat(authenticator.authenticate(post(ID, SECRET)).isComplete()).isTrue();
    }

    assertThat(guesses.stream().map(ClientSecretsTest::name)).contains("busy").doesNotContain(ID);
    assertThat(authenticate(null, ID, SECRET)).isEqualTo(ID);
    assertThat(authenticate(null, "a+b%2Fc", SECRET)).isEqualTo("a+b%2Fc");
  }

  /** S9: who floods is in its own way first. */
  @Test
  void knowsACallerWhoWasNotProvenYet_whileGuessesAtEverybodyFillTheRoom() {
    List<Future<Authentication>> guesses = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String id = i % 3 == 0 ? ID : i % 3 == 1 ? "a+b%2Fc" : "nobody" + i;
      guesses.add(authenticator.authenticate(post(id, "guess" + i)));
    }
    Future<Authentication> rightful =
        authenticator.authenticate(
            GivenEvidence.none()
                .from("198.51.100.7")
                .parameter("client_id", ID)
                .parameter("client_secret", SECRET));

    assertThat(name(rightful)).isEqualTo(ID);
    assertThat(guesses.stream().map(ClientSecretsTest::name)).contains("busy").doesNotContain(ID);
  }

  @Test
  void knowsACallerByEitherOfTwoSecrets_whileOneIsReplacedByTheOther() {
    String other = OpenBSDBCrypt.generate("the new one".toCharArray(), new byte[16], 4);
    CallerAuthenticator rotating =
        only(
            new ClientSecrets(
                vertx,
                List.of(
                    new ClientSecrets.Owner(
                        identity(ID),
                        Stream.of(SecretHashTest.PBKDF2, other).map(SecretHash::parse).toList()))));

    for (int i = 0; i < 2; i++) {
      for (String secret : List.of(SECRET, "the new one")) {
        assertThat(name(rotating.authenticate(post(ID, secret)))).isEqualTo(ID);
      }
    }
    assertThat(rotating.authenticate(post(ID, "the new one")).isComplete()).isTrue();
  }

  @Test
  void refusesASecretThatHasExpired_alsoIfItWasProvenBefore_andNotTheOther() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T08:59:59Z"));
    SecretHash old = SecretHash.parse(SecretHashTest.PBKDF2);
    SecretHash other =
        SecretHash.parse(OpenBSDBCrypt.generate("the new one".toCharArray(), new byte[16], 4));
    ClientSecrets rotating =
        new ClientSecrets(
            vertx,
            List.of(
                new ClientSecrets.Owner(
                    identity(ID),
                    List.of(old, other),
                    Map.of(old, Instant.parse("2026-11-24T09:00:00Z")))),
            now::get);
    assertThat(name(rotating.authenticate(post(ID, SECRET)))).isEqualTo(ID);
    assertThat(rotating.authenticate(post(ID, SECRET)).isComplete()).isTrue();

    now.set(Instant.parse("2026-11-24T09:00:00Z"));

    assertThat(name(rotating.authenticate(post(ID, SECRET)))).isEqualTo("refused");
    assertThat(name(rotating.authenticate(post(ID, "the new one")))).isEqualTo(ID);
  }

  @Test
  void keepsWhatWasProven_throughAChangeOfWhoIsKnown() {
    ClientSecrets first = new ClientSecrets(vertx, List.of(owner(ID)));
    assertThat(name(first.authenticate(post(ID, SECRET)))).isEqualTo(ID);

    ClientSecrets next = first.successor(List.of(owner(ID), owner("another")));

    assertThat(next.authenticate(post(ID, SECRET)).isComplete()).isTrue();
    assertThat(name(next.authenticate(post("another", SECRET)))).isEqualTo("another");
  }

  @Test
  void forgetsWhatWasProven_ofAHashThatIsGone() {
    ClientSecrets first = new ClientSecrets(vertx, List.of(owner(ID)));
    assertThat(name(first.authenticate(post(ID, SECRET)))).isEqualTo(ID);
    String other = OpenBSDBCrypt.generate("the new one".toCharArray(), new byte[16], 4);

    ClientSecrets next =
        first.successor(
            List.of(new ClientSecrets.Owner(identity(ID), List.of(SecretHash.parse(other)))));

    assertThat(name(next.authenticate(post(ID, SECRET)))).isEqualTo("refused");
    assertThat(name(next.authenticate(post(ID, "the new one")))).isEqualTo(ID);
    assertThat(name(first.successor(List.of()).authenticate(post(ID, SECRET))))
        .isEqualTo("refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic",
        "Basic ",
        "Basic Og==",
        "Basic Z2F0ZXdheQ==",
        "Basic OnNlY3JldA==",
        "Basic //79/A==",
        "Basicx Z2F0ZXdheTpzZWNyZXQ=",
        "Digest username=gateway",
        "Basic Z2F0ZXdheTpzZWNyZXQ=, Basic Z2F0ZXdheTpzZWNyZXQ="
      })
  void readsNoCredentials_fromAHeaderThatHasNone(String authorization) {
    assertThat(ClientCredentials.parse(authorization, null, null)).isNull();
    assertThat(ClientCredentials.parse(authorization, ID, SECRET)).isNull();
  }

  @Test
  void readsNoCredentials_fromAHeaderThatIsTooLong() {
    assertThat(ClientCredentials.parse(basic(ID, "x".repeat(4096)), null, null)).isNull();
  }

  @Test
  void readsASecretWithAColon_andAnEscapeThatIsBroken() {
    ClientCredentials credentials =
        requireNonNull(ClientCredentials.parse(basic("a", "b:c%zz"), null, null));

    assertThat(credentials.readings())
        .containsExactly(new ClientCredentials.Reading("a", "b:c%zz"));
    assertThat(credentials.toString()).doesNotContain("b:c");
  }

  @Test
  void refusesToBegin_whenTwoIdentitiesHaveOneName() {
    assertThatThrownBy(() -> new ClientSecrets(vertx, List.of(owner(ID), owner(ID))))
        .hasMessageContaining("client_id twice");
  }

  private String authenticate(
      @Nullable String authorization, @Nullable String id, @Nullable String secret) {
    return name(authenticator.authenticate(evidence(authorization, id, secret)));
  }

  private static String name(Future<Authentication> outcome) {
    Authentication done = outcome.await();
    if (done instanceof Authentication.Known known) {
      return known.identity().clientId();
    }
    return done instanceof Authentication.Busy ? "busy" : "refused";
  }

  private static CallerAuthenticator only(AuthenticationMethod method) {
    return new CallerAuthenticator(List.of(method), List.of());
  }

  private static ClientSecrets.Owner owner(String clientId) {
    return new ClientSecrets.Owner(
        identity(clientId), List.of(SecretHash.parse(SecretHashTest.PBKDF2)));
  }

  private static Evidence post(String id, String secret) {
    return evidence(null, id, secret);
  }

  private static Evidence evidence(
      @Nullable String authorization, @Nullable String id, @Nullable String secret) {
    GivenEvidence evidence = GivenEvidence.none();
    evidence = authorization == null ? evidence : evidence.header("Authorization", authorization);
    evidence = id == null ? evidence : evidence.parameter("client_id", id);
    return secret == null ? evidence : evidence.parameter("client_secret", secret);
  }

  private static Identity identity(String clientId) {
    return Identity.parse(
        clientId, List.of("introspect"), new Identity.Limits(null, null, null), StalePolicy.REFUSE);
  }

  private static String basic(String id, String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
  }
}
