package dev.rescind.publisher.register;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.revoke.FieldErrors;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RegistrationTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String TOKEN = "a-token-of-thirty-characters-x";

  private final FieldErrors errors = new FieldErrors();

  private @Nullable Registration parse(String json) {
    return Registration.parse(
        Json.parseObject(json).orElseThrow(),
        new Registration.Registrant("as", "https://as.example"),
        NOW,
        errors);
  }

  private Credential parsed(String members) {
    Registration registration =
        parse("{\"token\":\"" + TOKEN + "\",\"type\":\"access_token\"" + members + "}");
    assertThat(errors.list()).isEmpty();
    return Objects.requireNonNull(registration).credential();
  }

  private List<String> fieldsRefused(String json) {
    assertThat(parse(json)).isNull();
    return errors.list().stream().map(FieldErrors.FieldError::field).toList();
  }

  @Test
  void keepsOnlyTheFingerprintOfTheToken() {
    Credential credential = parsed("");

    assertThat(credential.fingerprint()).isEqualTo(Fingerprint.of(TOKEN));
    assertThat(credential.members()).doesNotContain(TOKEN);
    assertThat(credential.toString()).doesNotContain(TOKEN);
    assertThat(credential.binding().registeredBy()).isEqualTo("as");
    assertThat(credential.type()).isEqualTo(CredentialType.ACCESS_TOKEN);
  }

  @Test
  void defaultsIssuerAndTime() {
    Credential credential = parsed("");

    assertThat(credential.names().iss()).isEqualTo("https://as.example");
    assertThat(credential.validity().iat()).isEqualTo(1_700_000_000L);
    assertThat(credential.members())
        .isEqualTo("{\"token_type\":\"Bearer\",\"iat\":1700000000,\"iss\":\"https://as.example\"}");
  }

  @Test
  void takesTimesAsSecondsOrText_andAnswersSeconds() {
    Credential credential =
        parsed(",\"exp\":\"2030-01-01T00:00:00Z\",\"nbf\":1700000001,\"iat\":1699999999");

    assertThat(credential.validity())
        .isEqualTo(new Credential.Validity(1_699_999_999L, 1_700_000_001L, 1_893_456_000L));
    assertThat(credential.members()).contains("\"exp\":1893456000");
  }

  @Test
  void keepsFurtherMembersAsTheyAre() {
    assertThat(parsed(",\"of_mine\":{\"k\":[1,2.50]}").members())
        .contains("\"of_mine\":{\"k\":[1,2.50]}");
  }

  /** That of RFC 8705 section 3.2 has bits set beyond its last byte. */
  @Test
  void knowsABoundCertificateByTheOneSpellingOfItsThumbprint() {
    Credential credential =
        parsed(",\"cnf\":{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}");

    assertThat(credential.binding().x5tS256())
        .isEqualTo("bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg0");
    assertThat(credential.members()).contains("jdN-dg2");
  }

  @Test
  void refusesWhatIsReserved() {
    assertThat(
            fieldsRefused(
                "{\"token\":\"" + TOKEN + "\",\"type\":\"access_token\",\"active\":true}"))
        .containsExactly("active");
  }

  @Test
  void refusesAnOpaqueToken_thatIsEasyToGuess() {
    assertThat(fieldsRefused("{\"token\":\"password-password-password\",\"type\":\"api_key\"}"))
        .containsExactly("token");
    assertThat(errors.list().get(0).message()).contains("64 bits").doesNotContain("password");
  }

  @Test
  void refusesShortTokens() {
    assertThat(fieldsRefused("{\"token\":\"nineteen-characters\",\"type\":\"api_key\"}"))
        .containsExactly("token");
    assertThat(errors.list().get(0).message()).contains("20").doesNotContain("nineteen");
  }

  @Test
  void refusesATypeThatThereIsNot() {
    assertThat(fieldsRefused("{\"token\":\"" + TOKEN + "\",\"type\":\"cookie\"}"))
        .containsExactly("type");
  }

  @Test
  void refusesMembersOfTheWrongKind() {
    assertThat(
            fieldsRefused(
                "{\"token\":\""
                    + TOKEN
                    + "\",\"type\":\"api_key\",\"sub\":1,\"aud\":{},\"exp\":\"soon\","
                    + "\"scope\":{},\"cnf\":\"x\",\"act\":[]}"))
        .containsExactlyInAnyOrder("sub", "aud", "exp", "scope", "cnf", "act");
  }

  @Test
  void refusesMembersThatAnswersHaveAsOfOneKind() {
    assertThat(
            fieldsRefused(
                "{\"token\":\""
                    + TOKEN
                    + "\",\"type\":\"api_key\",\"auth_time\":\"x\",\"amr\":\"x\","
                    + "\"authorization_details\":{},\"cnf\":{\"jkt\":5}}"))
        .containsExactlyInAnyOrder("auth_time", "amr", "authorization_details", "cnf.jkt");
  }

  @Test
  void answersTimesAsIntegers_whateverTheyCameAs() {
    assertThat(parsed(",\"auth_time\":\"2026-11-24T10:12:55Z\"").members())
        .contains("\"auth_time\":1795515175");
  }

  @Test
  void refusesWhatWasIssuedInTheFuture_andCountsALittleOfItAsNow() {
    assertThat(parsed(",\"iat\":1700000060").validity().iat()).isEqualTo(1_700_000_000L);
    assertThat(
            fieldsRefused("{\"token\":\"" + TOKEN + "\",\"type\":\"api_key\",\"iat\":1700000061}"))
        .containsExactly("iat");
  }

  @Test
  void refusesTooMuch() {
    assertThat(
            fieldsRefused(
                "{\"token\":\""
                    + TOKEN
                    + "\",\"type\":\"api_key\",\"x\":\""
                    + "y".repeat(8 * 1024)
                    + "\"}"))
        .containsExactly("");
  }

  @Test
  void theSameAgainIsTheSame_defaultsAside() {
    String json = "{\"token\":\"" + TOKEN + "\",\"type\":\"api_key\",\"sub\":\"a\"}";
    Registration first = Objects.requireNonNull(parse(json));
    Registration later =
        Objects.requireNonNull(
            Registration.parse(
                Json.parseObject(json).orElseThrow(),
                new Registration.Registrant("as", null),
                NOW.plusSeconds(60),
                errors));
    Registration other = Objects.requireNonNull(parse(json.replace("\"a\"", "\"b\"")));
    Registration dated = Objects.requireNonNull(parse(json.replace("}", ",\"iat\":1600000000}")));

    assertThat(first.sameAs(first.credential())).isTrue();
    assertThat(other.sameAs(first.credential())).isFalse();
    assertThat(dated.sameAs(first.credential())).isFalse();
    assertThat(first.sameAs(later.credential())).isTrue();
  }
}
