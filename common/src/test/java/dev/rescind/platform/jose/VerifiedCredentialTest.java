package dev.rescind.platform.jose;

import static dev.rescind.platform.jose.OneIssuer.ISS;
import static dev.rescind.platform.jose.OneIssuer.NOW;
import static dev.rescind.platform.jose.OneIssuer.claims;
import static dev.rescind.platform.jose.OneIssuer.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.json.AnswerMembers;
import dev.rescind.platform.json.Json;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a verified JWT is known as, and what is answered of it. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class VerifiedCredentialTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Signer KEY = Signer.ec("P-256");

  private final OneIssuer issuer =
      OneIssuer.withKeys(VERTX, IssuerConfig.Accept.defaults(), KEY.jwk("k"));

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private Credential verified(String claims) {
    return issuer.credential(KEY.sign("ES256", header("ES256", "k"), claims));
  }

  private ObjectNode answered(String claims) {
    return Json.parseObject(verified(claims).members()).orElseThrow();
  }

  @Test
  void hasEveryNameByWhichItMayBeRevoked() {
    String x5t = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";
    String jwt =
        KEY.sign(
            "ES256",
            header("ES256", "k"),
            claims(
                "\"sub\":\"s\",\"client_id\":\"c\",\"jti\":\"j\",\"sid\":\"si\",\"grant_id\":\"g\","
                    + "\"cnf\":{\"x5t#S256\":\""
                    + x5t
                    + "\"},\"aud\":[\"a\",\"b\"]"));
    Credential credential = issuer.credential(jwt);

    assertThat(credential.type()).isEqualTo(CredentialType.ACCESS_TOKEN);
    assertThat(credential.fingerprint())
        .isEqualTo(Fingerprint.of(jwt.substring(0, jwt.lastIndexOf('.'))));
    assertThat(credential.names()).isEqualTo(new Credential.Names(ISS, "s", "c", "j", "si", "g"));
    assertThat(credential.validity()).isEqualTo(new Credential.Validity(NOW - 60, null, NOW + 600));
    assertThat(credential.binding())
        .isEqualTo(
            new Credential.Binding(
                JwkReader.read(KEY.jwk()).orElseThrow().jkt(),
                "k",
                x5t,
                null,
                Fingerprint.of(jwt)));
    assertThat(credential.aud()).containsExactly("a", "b");
  }

  @Test
  void hasOnlyTheNamesThatTheTokenSays() {
    Credential credential = verified("{\"iss\":\"" + ISS + "\"}");

    assertThat(credential.names())
        .isEqualTo(new Credential.Names(ISS, null, null, null, null, null));
    assertThat(credential.validity()).isEqualTo(new Credential.Validity(null, null, null));
    assertThat(credential.aud()).isEmpty();
  }

  @Test
  void takesTheAuthorizedPartyForTheClient_whereNoClientIsNamed() {
    assertThat(verified(claims("\"azp\":\"p\"")).names().clientId()).isEqualTo("p");
    assertThat(answered(claims("\"azp\":\"p\"")).path("client_id").textValue()).isEqualTo("p");
    assertThat(verified(claims("\"azp\":\"p\",\"client_id\":\"c\"")).names().clientId())
        .isEqualTo("c");
    assertThat(answered(claims("\"azp\":\"p\",\"client_id\":\"c\"")).path("client_id").textValue())
        .isEqualTo("c");
    assertThat(verified(claims("\"azp\":\"p\",\"client_id\":null")).names().clientId())
        .isEqualTo("p");
  }

  @Test
  void roundsTimesToWholeSeconds_towardsTheShorterLife() {
    Credential credential =
        verified("{\"iss\":\"" + ISS + "\",\"iat\":1.5e9,\"nbf\":1500000000.1,\"exp\":18000005e2}");

    assertThat(credential.validity())
        .isEqualTo(new Credential.Validity(1_500_000_000L, 1_500_000_001L, 1_800_000_500L));
    assertThat(credential.members())
        .contains("\"exp\":1800000500,\"iat\":1500000000,\"nbf\":1500000001");
  }

  @Test
  void answersScopeAsAString_whereverItIsAndHoweverItIsSpelled() {
    for (String claim :
        List.of(
            "\"scope\":\"read write\"",
            "\"scope\":[\"read\",\"write\"]",
            "\"scp\":[\"read\",\"write\"]",
            "\"scp\":\"read write\"")) {
      ObjectNode answer = answered(claims(claim));
      assertThat(answer.path("scope").textValue()).isEqualTo("read write");
      assertThat(answer.has("scp")).isFalse();
    }
    assertThat(answered(claims("\"scope\":\"\"")).has("scope")).isFalse();
    assertThat(answered(claims("\"scope\":[]")).has("scope")).isFalse();
    assertThat(answered(claims("\"scope\":null")).has("scope")).isFalse();
  }

  @Test
  void carriesWhatElseTheTokenSays_asItIs() {
    String more =
        "\"cnf\":{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"},"
            + "\"act\":{\"sub\":\"actor\",\"act\":{\"sub\":\"earlier\"}},"
            + "\"acr\":\"urn:mace:incommon:iap:silver\",\"amr\":[\"pwd\",\"otp\"],"
            + "\"auth_time\":1618354090,\"sid\":\"si\",\"grant_id\":\"g\","
            + "\"authorization_details\":[{\"type\":\"account\",\"limit\":1.50}],"
            + "\"username\":\"jdoe\",\"extension_field\":\"twenty-seven\","
            + "\"aud\":[\"one\"],\"\u00e9\":\"\\u2028\"";
    ObjectNode answer = answered(claims(more));
    ObjectNode said = Json.parseObject(claims(more)).orElseThrow();

    said.properties()
        .forEach(claim -> assertThat(answer.get(claim.getKey())).isEqualTo(claim.getValue()));
    assertThat(verified(claims(more)).members()).contains("\"limit\":1.50");
    assertThat(answer.path("token_type").textValue()).isEqualTo("DPoP");
    assertThat(answer.size()).isEqualTo(said.size() + 1);
  }

  @Test
  void neverLetsTheTokenSayThatItIsActive_andLeavesOutWhatIsNull() {
    ObjectNode answer =
        answered(claims("\"active\":false,\"sub\":null,\"jti\":null,\"cnf\":null,\"x\":null"));

    assertThat(answer.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("token_type", "exp", "iat", "iss");
  }

  /** A registration of the same claims, its members in another order and otherwise spelled. */
  @Test
  void isAnsweredAsItsRegisteredTwin_toTheByte() {
    Credential jwt =
        verified(
            claims(
                "\"sub\":\"s\",\"scp\":[\"read\",\"write\"],\"client_id\":\"c\",\"zeta\":1,"
                    + "\"cnf\":{\"x5t#S256\":\"A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0\"},"
                    + "\"aud\":\"a\",\"act\":{\"sub\":\"b\"}"));
    ObjectNode registered =
        Json.parseObject(
                "{\"act\":{\"sub\":\"b\"},\"zeta\":1,\"aud\":\"a\",\"scope\":\"read write\","
                    + "\"cnf\":{\"x5t#S256\":\"A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0\"},"
                    + "\"client_id\":\"c\",\"sub\":\"s\",\"iss\":\""
                    + ISS
                    + "\",\"exp\":"
                    + (NOW + 600)
                    + ",\"iat\":"
                    + (NOW - 60)
                    + ".25}")
            .orElseThrow();

    assertThat(AnswerMembers.of(CredentialType.ACCESS_TOKEN, registered)).isEqualTo(jwt.members());
  }

  @Test
  void answersInOneOrder() {
    assertThat(
            verified(
                    claims(
                        "\"jti\":\"j\",\"zeta\":1,\"aud\":\"a\",\"sub\":\"s\",\"alpha\":2,"
                            + "\"scope\":\"r\",\"client_id\":\"c\",\"username\":\"u\",\"nbf\":1"))
                .members())
        .isEqualTo(
            ("{\"scope\":\"r\",\"client_id\":\"c\",\"username\":\"u\",\"token_type\":\"Bearer\","
                    + "\"exp\":%d,\"iat\":%d,\"nbf\":1,\"sub\":\"s\",\"aud\":\"a\",\"iss\":\"%s\","
                    + "\"jti\":\"j\",\"alpha\":2,\"zeta\":1}")
                .formatted(NOW + 600, NOW - 60, ISS));
  }
}
