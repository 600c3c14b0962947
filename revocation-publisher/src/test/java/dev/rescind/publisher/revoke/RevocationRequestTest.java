package dev.rescind.publisher.revoke;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Target;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevocationRequestTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.250Z");
  private static final String ISS = "https://as.example";

  private final FieldErrors errors = new FieldErrors();

  private @Nullable RevocationRequest parse(String json) throws JsonProcessingException {
    String quoted = json.replace('\'', '"');
    return RevocationRequest.parse((ObjectNode) new ObjectMapper().readTree(quoted), NOW, errors);
  }

  private List<String> fields() {
    return errors.list().stream().map(FieldErrors.FieldError::field).toList();
  }

  @Test
  void aSubjectIsRevokedUpToNow_roundedUpToTheSecond() throws Exception {
    assertThat(parse("{'target':{'type':'subject','iss':'" + ISS + "','sub':'alice'}}"))
        .isEqualTo(
            new RevocationRequest(
                new Target.Subject(ISS, "alice"),
                new Cutoff(NOW.getEpochSecond() + 1),
                null,
                null));
  }

  @Test
  void aTokenIsRevokedAlways_byItselfOrItsFingerprint() throws Exception {
    Target token = new Target.Token(Fingerprint.of("a-token-of-twenty-characters"));
    RevocationRequest expected = new RevocationRequest(token, Cutoff.ALWAYS, null, "leaked");
    assertThat(
            parse(
                "{'target':{'type':'token','token':'a-token-of-twenty-characters'},"
                    + "'reason':'leaked'}"))
        .isEqualTo(expected);
    assertThat(
            parse(
                "{'target':{'type':'token','fingerprint':'"
                    + Fingerprint.of("a-token-of-twenty-characters")
                    + "'},'reason':'leaked'}"))
        .isEqualTo(expected);
  }

  @Test
  void timesMayBeSecondsOrRfc3339() throws Exception {
    String target = "'target':{'type':'issuer','iss':'" + ISS + "'}";
    Cutoff second = new Cutoff(1_700_000_000L);
    assertThat(parse("{" + target + ",'issued_before':1700000000}"))
        .isNotNull()
        .extracting(RevocationRequest::cutoff)
        .isEqualTo(second);
    assertThat(parse("{" + target + ",'issued_before':'2023-11-14T22:13:20Z'}"))
        .isNotNull()
        .extracting(RevocationRequest::cutoff)
        .isEqualTo(second);
    assertThat(parse("{" + target + ",'issued_before':'always','until':'2027-01-01T00:00:00Z'}"))
        .isNotNull()
        .extracting(RevocationRequest::until)
        .isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; target",
        "{'target':1}; target",
        "{'target':{}}; target.type",
        "{'target':{'type':'user'}}; target.type",
        "{'target':{'type':'subject','iss':'x'}}; target.sub",
        "{'target':{'type':'subject','iss':'x','sub':5}}; target.sub",
        "{'target':{'type':'subject','iss':'x','sub':'a','sid':'b'}}; target.sid",
        "{'target':{'type':'token','token':'a b'}}; target.token",
        "{'target':{'type':'token','token':'abc','jti':'1'}}; target.token",
        "{'target':{'type':'token'}}; target.token",
        "{'target':{'type':'key','iss':'x'}}; target.kid",
        "{'target':{'type':'key','jkt':'short'}}; target.jkt",
        "{'target':{'type':'certificate','x5t#S256':'short'}}; target.x5t#S256",
        "{'target':{'type':'issuer','iss':'x'},'issued_before':'soon'}; issued_before",
        "{'target':{'type':'issuer','iss':'x'},'issued_before':1.5}; issued_before",
        "{'target':{'type':'issuer','iss':'x'},'issued_before':'2026-11-23T10:01:01Z'}; issued_before",
        "{'target':{'type':'issuer','iss':'x'},'until':'2026-11-23T10:00:00Z'}; until",
        "{'target':{'type':'issuer','iss':'x'},'colour':'red'}; colour",
        "{'target':{'type':'issuer','iss':'x'},'reason':''}; reason",
      })
  void whatIsWrongIsNamedByItsPath(String json, String field) throws Exception {
    assertThat(parse(json)).isNull();
    assertThat(fields()).containsExactly(field);
  }
}
