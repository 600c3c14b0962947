package dev.rescind.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.credential.Fingerprint;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef01234567";
  private static final String NEXT = "fedcba9876543210fedcba9876543210fedcba98";

  private final CallerAuthenticator authenticator =
      new CallerAuthenticator(
          List.of(new ApiKeys(List.of(owner("script", KEY, NEXT), owner("other", KEY + "x")))),
          List.of());

  private static ApiKeys.Owner owner(String clientId, String... keys) {
    return new ApiKeys.Owner(
        Identity.parse(
            clientId, List.of(), new Identity.Limits(null, null, null), StalePolicy.REFUSE),
        List.of(keys).stream().map(Fingerprint::of).toList());
  }

  private String authenticate(String authorization) {
    Authentication outcome =
        authenticator
            .authenticate(GivenEvidence.none().header("Authorization", authorization))
            .result();
    return outcome instanceof Authentication.Known known
        ? known.identity().clientId()
        : ((Authentication.Refused) outcome).challenge();
  }

  @Test
  void knowsAnOwnerByAnyOfItsKeys() {
    assertThat(authenticate("ApiKey " + KEY)).isEqualTo("script");
    assertThat(authenticate("apikey " + NEXT)).isEqualTo("script");
    assertThat(authenticate("ApiKey " + KEY + "x")).isEqualTo("other");
  }

  @Test
  void refusesWhatIsNoOnesKey_andSaysHowToShowOne() {
    for (String wrong :
        List.of(
            "ApiKey " + KEY.substring(1),
            "ApiKey " + KEY.toUpperCase(Locale.ROOT),
            "ApiKey",
            "ApiKey ",
            "Bearer " + KEY,
            "ApiKey " + "x".repeat(10_000))) {
      assertThat(authenticate(wrong)).isEqualTo("ApiKey realm=\"rescind\"");
    }
  }

  @Test
  void takesNoKeyThatIsShorterThanItsDigestIsGoodFor_evenIfItIsConfigured() {
    String weak = "x".repeat(ApiKeys.MIN_LENGTH - 1);
    Authentication outcome =
        new ApiKeys(List.of(owner("script", weak)))
            .authenticate(GivenEvidence.none().header("Authorization", "ApiKey " + weak))
            .result();

    assertThat(outcome).isInstanceOf(Authentication.Refused.class);
  }

  @Test
  void refusesToBegin_whenTwoOwnersHaveOneKey() {
    assertThatThrownBy(() -> new ApiKeys(List.of(owner("a", KEY), owner("b", KEY))))
        .hasMessageContaining("API key twice")
        .hasMessageNotContaining(KEY);
  }
}
