package dev.rescind.platform.config;

import static dev.rescind.platform.config.Yaml.MINIMAL;
import static dev.rescind.platform.config.Yaml.PBKDF2;
import static dev.rescind.platform.config.Yaml.PRIVATE_KEY;
import static dev.rescind.platform.config.Yaml.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.rescind.platform.identity.AnswerPolicy;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.sign.SigningKey;
import dev.rescind.platform.sign.SigningKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class AnswersConfigTest {
  @TempDir Path directory;

  private ServiceConfig load(String yaml) throws Exception {
    return Yaml.load(directory, MINIMAL + yaml, Map.of());
  }

  private List<String> problems(String yaml) throws Exception {
    return Yaml.problems(directory, MINIMAL + yaml, Map.of()).stream()
        .map(one -> one.replaceFirst("service.yaml, line \\d+: ", ""))
        .toList();
  }

  private String keyFile() throws Exception {
    return Files.writeString(directory.resolve("key.pem"), PRIVATE_KEY).toString();
  }

  private static String identity(String answers) {
    return "identities: [{client_id: rs, secret_hashes: [\"%s\"], answers: {%s}}]\n"
        .formatted(PBKDF2, answers);
  }

  @Test
  void readsKeysWithTheirTimes() throws Exception {
    SigningKeys keys =
        load("""
                answers:
                  signing_keys:
                    - private_key_file: %1$s
                      kid: old
                      retire_at: 2026-12-01T01:00:00Z
                    - private_key_file: %1$s
                      kid: new
                      alg: Ed25519
                      use_from: "2026-12-01T00:00:00+01:00"
                """
                .formatted(keyFile()))
            .answers()
            .toSigningKeys();

    assertThat(keys.algs()).containsExactly("EdDSA", "Ed25519");
    assertThat(keys.at("Ed25519", Instant.parse("2026-11-30T22:59:59Z"))).isEmpty();
    assertThat(keys.at("Ed25519", Instant.parse("2026-11-30T23:00:00Z")).map(SigningKey::kid))
        .contains("new");
    assertThat(keys.at("EdDSA", Instant.parse("2026-12-01T01:00:00Z"))).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithAKey_andNothingOfIt() throws Exception {
    assertThat(
            problems(
                """
                answers:
                  signing_keys:
                    - private_key: %s
                      kid: a b
                    - private_key_file: %s
                      alg: RS256
                      use_from: yesterday
                    - {private_key_file: %2$s, use_from: 2026-12-01T00:00:00Z, retire_at: 2026-12-01T00:00:00Z}
                    - kid: none
                """
                    .formatted(SECRET, keyFile())))
        .containsExactly(
            "answers.signing_keys[0].private_key must be PKCS #8 in PEM"
                + " (-----BEGIN PRIVATE KEY-----): RSA of 2048 to 4096 bits, P-256, P-384, P-521 or"
                + " Ed25519",
            "answers.signing_keys[0].kid must have 1 to 64 of A-Z a-z 0-9 . _ -",
            "answers.signing_keys[1].alg must be of the kind of the key: RS256, RS384, RS512,"
                + " PS256, PS384, PS512; ES256, ES384, ES512; EdDSA, Ed25519",
            "answers.signing_keys[1].use_from must be a time as of RFC 3339",
            "answers.signing_keys[2].retire_at must be after use_from",
            "answers.signing_keys[3].private_key must be given");
  }

  @Test
  void refusesTheSameKeyTwice_andAWeakSecret() throws Exception {
    assertThat(
            problems(
                """
                answers:
                  signing_keys:
                    - {private_key_file: %1$s}
                    - {private_key_file: %1$s}
                  pairwise_secret: AAAA
                """
                    .formatted(keyFile())))
        .containsExactly(
            "answers.signing_keys[1].kid is that of signing_keys[0] too",
            "answers.pairwise_secret must be base64url without padding, of at least 32 bytes, not"
                + " one byte over and over");
  }

  @Test
  void readsWhatACallerIsTold() throws Exception {
    String jwk = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONString();
    AnswerPolicy policy =
        load("answers: {signing_keys: [{private_key_file: %s}], pairwise_secret: %s}\n"
                    .formatted(keyFile(), SECRET)
                + identity(
                    "claims: [scope, sub], scopes: [read], subject_type: pairwise,"
                        + " introspection_signed_response_alg: EdDSA,"
                        + " introspection_encrypted_response_alg: ECDH-ES, jwks: "
                        + Json.write(Json.object().textNode(jwk))))
            .identities()
            .get(0)
            .toIdentity()
            .answers();

    assertThat(policy.claims()).isEqualTo(Set.of("scope", "sub"));
    assertThat(policy.scopes()).isEqualTo(Set.of("read"));
    assertThat(policy.sector()).isEqualTo("rs");
    assertThat(policy.signedResponseAlg()).isEqualTo("EdDSA");
    assertThat(policy.encryption()).hasToString("AnswerEncryption[ECDH-ES A128CBC-HS256]");
    assertThat(load(identity("")).identities().get(0).toIdentity().answers().isPlain()).isTrue();
  }

  @Test
  void aCallerCannotBeToldWhatNobodyCanMake() throws Exception {
    String secret = new ECKeyGenerator(Curve.P_256).generate().toJSONString();
    assertThat(
            problems(identity("subject_type: pairwise, introspection_signed_response_alg: ES256")))
        .containsExactly(
            "identities[0].answers.subject_type needs answers.pairwise_secret to be pairwise",
            "identities[0].answers.introspection_signed_response_alg must be that of one of"
                + " answers.signing_keys");
    assertThat(problems(identity("subject_type: secret, sector_identifier: s")))
        .containsExactly(
            "identities[0].answers.subject_type must be public or pairwise",
            "identities[0].answers.sector_identifier is for subject_type pairwise");
    assertThat(
            problems(
                identity(
                    "introspection_encrypted_response_alg: ECDH-ES, jwks: "
                        + Json.write(Json.object().textNode(secret)))))
        .containsExactly("identities[0].answers.jwks must not hold a private key");
    assertThat(problems(identity("introspection_encrypted_response_alg: dir")))
        .hasSize(2)
        .allMatch(one -> one.contains("must be one of RSA-OAEP-256") || one.contains("jwks must"));
    assertThat(problems(identity("introspection_encrypted_response_alg: ECDH-ES, jwks: \"{}\"")))
        .singleElement()
        .asString()
        .startsWith("identities[0].answers.jwks must be a JWK Set or a JWK with a public key");
  }

  @Test
  void showsNoKey() throws Exception {
    ServiceConfig config =
        load(
            "answers: {signing_keys: [{private_key_file: %s}], pairwise_secret: %s}\n"
                .formatted(keyFile(), SECRET));

    for (String text : new String[] {config.toString(), EffectiveConfig.of(config)}) {
      assertThat(text).doesNotContain(SECRET, "MC4CAQ");
    }
  }
}
