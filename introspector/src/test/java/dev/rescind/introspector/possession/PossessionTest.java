package dev.rescind.introspector.possession;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.introspector.decide.Known;
import dev.rescind.introspector.decide.Verdict;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PossessionTest {
  private static final String JKT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

  /** RFC 8705 appendix A. */
  private static final String PEM =
      """
      -----BEGIN CERTIFICATE-----
      MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx
      ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG
      SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ
      /Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID
      SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV
      bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=
      -----END CERTIFICATE-----
      """;

  private static final String THUMBPRINT = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

  private static Verdict active(String members) {
    return new Verdict.Active(
        new Known(
            new Credential(
                CredentialType.ACCESS_TOKEN,
                Fingerprint.of("a token"),
                new Credential.Names(null, null, null, null, null, null),
                new Credential.Validity(null, null, null),
                Credential.Binding.NONE,
                List.of(),
                members),
            Set.of(),
            0));
  }

  private static Possession of(@Nullable String jkt, @Nullable String thumbprint) {
    return new Possession(
        jkt, thumbprint == null ? null : Fingerprint.parse(thumbprint).orElseThrow(), true);
  }

  private static boolean isActive(Possession possession, String cnf) {
    return possession.narrow(active("{\"cnf\":" + cnf + "}")) instanceof Verdict.Active;
  }

  @Test
  void aCredentialIsActiveInTheHandsThatItIsBoundTo() {
    String both = "{\"jkt\":\"%s\",\"x5t#S256\":\"%s\"}".formatted(JKT, THUMBPRINT);

    assertThat(isActive(of(JKT, null), "{\"jkt\":\"" + JKT + "\"}")).isTrue();
    assertThat(isActive(of(null, THUMBPRINT), "{\"x5t#S256\":\"" + THUMBPRINT + "\"}")).isTrue();
    assertThat(isActive(of(JKT, THUMBPRINT), both)).isTrue();
    assertThat(isActive(of(JKT, null), both)).isTrue();
  }

  @Test
  void itIsNotInOtherHands_norWhereItIsBoundToNothingOfTheKind() {
    for (String cnf :
        List.of(
            "{}",
            "[]",
            "\"" + JKT + "\"",
            "{\"jkt\":{}}",
            "{\"x5t#S256\":\"" + JKT + "\"}",
            "{\"jkt\":\"" + THUMBPRINT + "\"}")) {
      assertThat(isActive(of(JKT, null), cnf)).as(cnf).isFalse();
      assertThat(isActive(of(null, THUMBPRINT), cnf)).as(cnf).isFalse();
    }
    assertThat(isActive(of(JKT, THUMBPRINT), "{\"jkt\":\"" + JKT + "\"}")).isFalse();
    assertThat(of(JKT, null).narrow(active("{}")))
        .isEqualTo(new Verdict.Inactive(Verdict.Cause.NOT_BOUND));
  }

  @Test
  void whatProvesNothingMakesItInactive_andNothingElseOfWhatWasFound() {
    Verdict active = active("{\"cnf\":{\"jkt\":\"" + JKT + "\"}}");
    Verdict revoked = new Verdict.Inactive(Verdict.Cause.REVOKED);
    Verdict undecided = new Verdict.Undecided("stale");

    assertThat(Possession.OF_NOTHING.narrow(active))
        .isEqualTo(new Verdict.Inactive(Verdict.Cause.NOT_BOUND));
    assertThat(Possession.OF_NOTHING.narrow(new Verdict.Stale(active, 7)))
        .isEqualTo(new Verdict.Stale(new Verdict.Inactive(Verdict.Cause.NOT_BOUND), 7));
    assertThat(Possession.OF_NOTHING.narrow(revoked)).isSameAs(revoked);
    assertThat(Possession.OF_NOTHING.narrow(undecided)).isSameAs(undecided);
    assertThat(of(JKT, null).narrow(undecided)).isSameAs(undecided);
  }

  @Test
  void readsCertificatesAsProxiesSendThem() {
    String base64 =
        PEM.replace("-----BEGIN CERTIFICATE-----", "")
            .replace("-----END CERTIFICATE-----", "")
            .replaceAll("\\s", "");

    assertThat(Certificates.thumbprint(PEM)).hasToString("Optional[" + THUMBPRINT + "]");
    assertThat(Certificates.thumbprint(PEM.replace("\n", "\r\n\t")))
        .hasToString("Optional[" + THUMBPRINT + "]");
    assertThat(Certificates.thumbprint(":" + base64 + ":"))
        .hasToString("Optional[" + THUMBPRINT + "]");
    for (String other :
        List.of(base64, "::", ":" + base64.substring(1) + ":", PEM + PEM, "", ":=:")) {
      assertThat(Certificates.thumbprint(other)).as(other).isEmpty();
    }
  }
}
