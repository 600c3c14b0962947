package dev.rescind.introspector.disclose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.introspector.decide.Known;
import dev.rescind.platform.identity.AnswerPolicy;
import dev.rescind.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DisclosureTest {
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final Disclosure DISCLOSURE = new Disclosure(new PairwiseSubjects(SECRET));
  private static final String MEMBERS =
      "{\"scope\":\"read write admin\",\"client_id\":\"c\",\"username\":\"ada\",\"sub\":\"s\","
          + "\"iss\":\"https://as.example\",\"act\":{\"sub\":\"a\",\"act\":{\"sub\":\"b\"}},"
          + "\"cnf\":{\"jkt\":\"k\"},\"email\":\"ada@example\"}";

  private static Known known(String iss, String members) {
    return new Known(
        new Credential(
            CredentialType.ACCESS_TOKEN,
            Fingerprint.of("a token"),
            new Credential.Names(iss, "s", "c", null, null, null),
            new Credential.Validity(null, null, null),
            Credential.Binding.NONE,
            List.of(),
            members),
        Set.of(),
        0);
  }

  private static String told(AnswerPolicy policy) {
    return told(MEMBERS, policy);
  }

  private static String told(String members, AnswerPolicy policy) {
    return new String(
        DISCLOSURE.of(known("https://as.example", members), policy), StandardCharsets.UTF_8);
  }

  private static ObjectNode pairwise(String iss, String sector) {
    byte[] answer =
        DISCLOSURE.of(known(iss, MEMBERS), new AnswerPolicy(null, null, sector, null, null));
    return Json.parseObject(answer).orElseThrow();
  }

  private static AnswerPolicy claims(String... names) {
    return new AnswerPolicy(Set.of(names), null, null, null, null);
  }

  private static AnswerPolicy scopes(String... values) {
    return new AnswerPolicy(null, Set.of(values), null, null, null);
  }

  @Test
  void tellsWhoHasNoPolicyTheAnswerAsItIs_withoutACopy() {
    Known known = known("https://as.example", MEMBERS);

    assertThat(DISCLOSURE.of(known, AnswerPolicy.PLAIN)).isSameAs(known.answer());
    assertThat(DISCLOSURE.of(known, new AnswerPolicy(null, null, null, "ES256", null)))
        .isSameAs(known.answer());
  }

  @Test
  void tellsTheNamedClaimsAlone_inTheirOrder_andWhatTheCredentialIsBoundTo() {
    assertThat(told(claims("email", "scope", "absent")))
        .isEqualTo(
            "{\"active\":true,\"scope\":\"read write admin\",\"cnf\":{\"jkt\":\"k\"},"
                + "\"email\":\"ada@example\"}");
    assertThat(told("{\"sub\":\"s\"}", claims())).isEqualTo("{\"active\":true}");
  }

  @Test
  void narrowsScopes_andLeavesThemOutWhereNoneIsLeft() {
    assertThat(told("{\"scope\":\"read write admin\"}", scopes("admin", "read", "other")))
        .isEqualTo("{\"active\":true,\"scope\":\"read admin\"}");
    assertThat(told("{\"scope\":\"read\",\"sub\":\"s\"}", scopes("rea", "read write")))
        .isEqualTo("{\"active\":true,\"sub\":\"s\"}");
    assertThat(told("{\"sub\":\"s\"}", scopes("read")))
        .isEqualTo("{\"active\":true,\"sub\":\"s\"}");
  }

  @Test
  void aPairwiseSubjectIsTheSameForASector_andAnotherForAnother() {
    String one = pairwise("https://as.example", "rs").path("sub").asText();

    assertThat(one).hasSize(43).isNotEqualTo("s");
    assertThat(pairwise("https://as.example", "rs").path("sub").asText()).isEqualTo(one);
    assertThat(pairwise("https://as.example", "rs2").path("sub").asText()).isNotEqualTo(one);
    assertThat(pairwise("https://other.example", "rs").path("sub").asText()).isNotEqualTo(one);
  }

  /** HMAC-SHA256 of lengths and texts, computed by another program. */
  @Test
  void aPairwiseSubjectIsTheSameOnEveryNodeForEver() {
    assertThat(pairwise("https://as.example", "rs").path("sub").asText())
        .isEqualTo("DCvgmZLLGuttJUpMqiLhC_GkIGBrf5rmgcXFOOmroSA");
  }

  @Test
  void aPairwiseAnswerHasNoOtherNameOfTheSubject() {
    ObjectNode told = pairwise("https://as.example", "rs");

    assertThat(told.has("username")).isFalse();
    assertThat(told.at("/act/sub").asText()).hasSize(43);
    assertThat(told.at("/act/act/sub").asText()).hasSize(43);
    assertThat(told.path("client_id").asText()).isEqualTo("c");
  }

  @Test
  void withoutASecretASubjectIsLeftOut() {
    byte[] answer =
        new Disclosure(null)
            .of(
                known("https://as.example", MEMBERS),
                new AnswerPolicy(null, null, "rs", null, null));

    assertThat(Json.parseObject(answer).orElseThrow().has("sub")).isFalse();
  }

  @Test
  void theSameTextsAtOtherPlacesAreAnotherSubject() {
    PairwiseSubjects subjects = new PairwiseSubjects(SECRET);

    assertThat(subjects.of("ab", "c", "d")).isNotEqualTo(subjects.of("a", "bc", "d"));
    assertThat(subjects.of("a", "b", "cd")).isNotEqualTo(subjects.of("a", "bc", "d"));
  }
}
