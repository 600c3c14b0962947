package dev.rescind.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.throttle.Rate;
import dev.rescind.platform.throttle.Throttle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerAuthenticatorTest {
  private static final Advertised NOTHING =
      new Advertised(List.of(), List.of(), List.of(), List.of());

  /** Knows a caller of its own name by a header of that name, or by a certificate. */
  private record Named(String name, Advertised advertised) implements AuthenticationMethod {
    Named(String name) {
      this(name, NOTHING);
    }

    @Override
    public boolean isUsedBy(Evidence evidence) {
      return !evidence.headers(name).isEmpty();
    }

    @Override
    public Future<Authentication> authenticate(Evidence evidence) {
      return Future.succeededFuture(
          new Authentication.Known(
              new Identity(
                  name,
                  Set.of(),
                  new Identity.Limits(null, null, null),
                  StalePolicy.REFUSE,
                  AnswerPolicy.PLAIN)));
    }
  }

  private static final AuthenticationMethod A = new Named("a");
  private static final AuthenticationMethod B = new Named("b");
  private static final AuthenticationMethod ANYWAY = new Named("anyway");

  private final CallerAuthenticator authenticator =
      new CallerAuthenticator(List.of(A, B), List.of(ANYWAY));

  @Test
  void asksTheOneMethodThatARequestUses() {
    assertThat(authenticate("a")).isEqualTo("a");
    assertThat(authenticate("b")).isEqualTo("b");
  }

  /** RFC 6749 sections 2.3 and 5.2. */
  @Test
  void refusesARequestThatUsesTwoMethods() {
    assertThat(authenticate("a", "b")).isEqualTo("400 invalid_request");
  }

  @Test
  void looksAtTheConnection_onlyWhereTheRequestUsesNoMethod() {
    assertThat(authenticate("anyway")).isEqualTo("anyway");
    assertThat(authenticate("b", "anyway")).isEqualTo("b");
    assertThat(authenticate("Authorization", "anyway")).isEqualTo("401 invalid_client");
  }

  @Test
  void holdsUpAKnownCaller_byItsOwnRateAlone() {
    Throttle throttle = new Throttle(null, new Rate(1, 1), () -> 0);
    throttle.configure(Map.of("a", new Rate(1, 2)));
    CallerAuthenticator held = new CallerAuthenticator(List.of(A, B), List.of(), throttle);
    for (int i = 0; i < 100; i++) {
      assertThat(outcome(held, "b")).isInstanceOf(Authentication.Known.class);
    }
    assertThat(outcome(held, "a")).isInstanceOf(Authentication.Known.class);
    assertThat(outcome(held, "a")).isInstanceOf(Authentication.Known.class);

    assertThat(outcome(held, "a")).isEqualTo(new Authentication.TooMany(1_000_000_000));
    assertThat(outcome(held, "b")).isInstanceOf(Authentication.Known.class);
  }

  @Test
  void holdsUpStrangers_whoFailTooOften_andNobodyWhoIsKnown() {
    Throttle throttle = new Throttle(null, new Rate(1, 3), () -> 0);
    CallerAuthenticator held = new CallerAuthenticator(List.of(A, B), List.of(), throttle);
    for (int i = 0; i < 3; i++) {
      assertThat(outcome(held, "none")).isInstanceOf(Authentication.Refused.class);
    }

    assertThat(outcome(held, "none")).isInstanceOf(Authentication.TooMany.class);
    assertThat(outcome(held, "a")).isInstanceOf(Authentication.Known.class);
  }

  private static Authentication outcome(CallerAuthenticator asked, String header) {
    return asked.authenticate(GivenEvidence.none().header(header, "x")).result();
  }

  @Test
  void asksTheMethodsThatAreConfiguredLast() {
    authenticator.configure(List.of(B), List.of());

    assertThat(authenticate("a")).isEqualTo("401 invalid_client");
    assertThat(authenticate("b")).isEqualTo("b");
  }

  @Test
  void doesNotLetIn_whoWasBeingAuthenticatedWhileTheMethodsChanged() {
    Promise<Authentication> answer = Promise.promise();
    AuthenticationMethod slow =
        new AuthenticationMethod() {
          @Override
          public boolean isUsedBy(Evidence evidence) {
            return true;
          }

          @Override
          public Future<Authentication> authenticate(Evidence evidence) {
            return answer.future();
          }

          @Override
          public Advertised advertised() {
            return NOTHING;
          }
        };
    CallerAuthenticator changing = new CallerAuthenticator(List.of(slow), List.of());
    Future<Authentication> outcome = changing.authenticate(GivenEvidence.none());

    changing.configure(List.of(slow), List.of());
    answer.complete(A.authenticate(GivenEvidence.none()).result());

    assertThat(outcome.result()).isInstanceOf(Authentication.Busy.class);
  }

  @Test
  void refusesARequestThatUsesNoMethod() {
    assertThat(authenticate()).isEqualTo("401 invalid_client");
    assertThat(authenticate("Authorization")).isEqualTo("401 invalid_client");
  }

  @Test
  void challengesByEveryMethodThatIsOn_orByBasicWhereNoneSaysHow() {
    CallerAuthenticator two =
        new CallerAuthenticator(List.of(challenging("A x=1"), challenging("B")), List.of());

    assertThat(challenge(two)).isEqualTo("A x=1, B");
    assertThat(challenge(authenticator)).isEqualTo("Basic realm=\"rescind\", charset=\"UTF-8\"");
  }

  @Test
  void advertisesWhatItsMethodsDo_eachOnce() {
    Advertised one = new Advertised(List.of("m"), List.of("Bearer"), List.of("ES256"), List.of());
    Advertised other = new Advertised(List.of("m", "n"), List.of(), List.of("ES256"), List.of());

    assertThat(
            new CallerAuthenticator(List.of(new Named("a", one)), List.of(new Named("b", other)))
                .advertised())
        .isEqualTo(
            new Advertised(List.of("m", "n"), List.of("Bearer"), List.of("ES256"), List.of()));
  }

  private static AuthenticationMethod challenging(String challenge) {
    return new Named("none", new Advertised(List.of(), List.of(), List.of(), List.of(challenge)));
  }

  private static String challenge(CallerAuthenticator asked) {
    return asked.authenticate(GivenEvidence.none()).result()
            instanceof Authentication.Refused refused
        ? refused.challenge()
        : "none";
  }

  private String authenticate(String... headers) {
    GivenEvidence evidence = GivenEvidence.none();
    for (String header : headers) {
      evidence = evidence.header(header, "x");
    }
    Authentication outcome = authenticator.authenticate(evidence).result();
    if (outcome instanceof Authentication.Known known) {
      return known.identity().clientId();
    }
    return outcome instanceof Authentication.Refused refused
        ? refused.status() + " " + refused.error()
        : "busy";
  }
}
