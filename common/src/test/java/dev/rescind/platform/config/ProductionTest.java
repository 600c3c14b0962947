package dev.rescind.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class ProductionTest {
  private static final String MAC = "kLcSaVPBcTLcBTR58DLXIlpRYk0lQjuGW3xV-QyVYwY";
  private static final String SEAL = "3lWSNbZIbzV1ItzbKFTPdHRSm8dmaImG71lTQ9CTyCE";
  private static final String TEXT = Yaml.secret("a text of thirty-two characters.");

  private static final String GOOD =
      """
      http: {host: 10.0.0.1, tls: {certificate: a.crt, key: a.key}}
      management: {host: 10.0.0.1, tls: {certificate: a.crt, key: a.key}}
      kafka:
        bootstrap_servers: ["kafka-1:9092"]
        replication_factor: 3
        min_insync_replicas: 2
        properties: {security.protocol: SASL_SSL}
      log_keys:
        mac_keys: [{id: mac-1, secret: %s}]
        lift_verification_keys: [{id: lift-1, public_key: "%s"}]
      grid: {members: ["introspector-1:5701"], seal_keys: [{id: seal-1, secret: %s}]}
      metadata: {issuer: "https://rescind.example", revocation_endpoint: "https://r.example/revoke"}
      issuers: [{iss: "https://as.example", keys: {jwks_uri: "https://as.example/jwks", allow_http: false}}]
      identities: [{client_id: api, secret_hashes: ["%s"]}]
      """
          .formatted(MAC, Yaml.PUBLIC_KEY.replace("\n", "\\n"), SEAL, Yaml.PBKDF2);

  @TempDir Path directory;

  private ServiceConfig load(String yaml) throws IOException, ConfigException {
    Path file = Files.writeString(directory.resolve("service.yaml"), yaml);
    return ConfigLoader.load(file, Map.of(), ServiceKind.PUBLISHER);
  }

  private List<String> problems(String yaml) throws IOException {
    try {
      load(yaml);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream()
          .map(problem -> problem.replaceFirst("^.*service\\.yaml(, line [0-9]+)?: ", ""))
          .toList();
    }
  }

  private static String with(String what, String instead) {
    assertThat(GOOD).contains(what);
    return GOOD.replace(what, instead);
  }

  @Test
  void isWhatAConfigurationIsForUnlessItSaysOtherwise() throws Exception {
    assertThat(load(GOOD).isForProduction()).isTrue();
    assertThat(load(GOOD + "profile: development").isForProduction()).isFalse();
    assertThat(problems(GOOD + "profile: staging"))
        .containsExactly("profile must be production or development");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          http: {host: 10.0.0.1, tls: {certificate: a.crt, key: a.key}} | http: {host: 10.0.0.1} | http.tls must be given off loopback, or http.behind_tls_proxy be true where a proxy ends TLS
          http: {host: 10.0.0.1, tls: {certificate: a.crt, key: a.key}} | http: {host: 0.0.0.0} | http.tls must be given off loopback, or http.behind_tls_proxy be true where a proxy ends TLS
          http: {host: 10.0.0.1, tls: {certificate: a.crt, key: a.key}} | http: {host: 127.0.0.1.example} | http.tls must be given off loopback, or http.behind_tls_proxy be true where a proxy ends TLS
          management: {host: 10.0.0.1, tls: {certificate: a.crt, key: a.key}} | management: {port: 9999} | management.tls must be given off loopback, or management.behind_tls_proxy be true where a proxy ends TLS
          security.protocol: SASL_SSL | security.protocol: SASL_PLAINTEXT | kafka.properties.security.protocol must be SASL_SSL or SSL for brokers off loopback
          properties: {security.protocol: SASL_SSL} | properties: {} | kafka.properties.security.protocol must be SASL_SSL or SSL for brokers off loopback
          bootstrap_servers: ["kafka-1:9092"] | bootstrap_servers: ["localhost:9092", "10.0.0.9:9092"] | ``
          security.protocol: SASL_SSL | security.protocol: SSL, ssl.endpoint.identification.algorithm: "none" | kafka.properties.ssl.endpoint.identification.algorithm must be https: a broker has to be who it says
          replication_factor: 3 | replication_factor: 2 | kafka.replication_factor must be at least 3
          min_insync_replicas: 2 | min_insync_replicas: 1 | kafka.min_insync_replicas must be at least 2
          id: mac-1 | id: demo-1 | log_keys.mac_keys[0].id must not begin with demo-: what is made for the demo is for it alone
          id: lift-1 | id: demo-1 | log_keys.lift_verification_keys[0].id must not begin with demo-: what is made for the demo is for it alone
          id: seal-1 | id: demo-1 | grid.seal_keys[0].id must not begin with demo-: what is made for the demo is for it alone
          client_id: api | client_id: demo-admin | identities[0].client_id must not begin with demo-: what is made for the demo is for it alone
          issuer: "https://rescind.example" | issuer: "http://rescind.example" | metadata.issuer must be an https URL off loopback
          revocation_endpoint: "https | revocation_endpoint: "http | metadata.revocation_endpoint must be an https URL off loopback
          allow_http: false | allow_http: true | issuers[0].keys.allow_http must not be true: whoever is on the way could hand out keys
          """)
  void refusesWhatExposesIt(String what, String instead, String problem) throws IOException {
    String yaml = with(what, instead);

    assertThat(problems(yaml)).isEqualTo(problem.isEmpty() ? List.of() : List.of(problem));
    assertThat(problems(yaml + "profile: development")).isEmpty();
  }

  @Test
  void refusesKeysThatAreTexts_orUsedForTwoThings_withoutShowingThem() throws IOException {
    assertThat(problems(with(MAC, TEXT)))
        .containsExactly("log_keys.mac_keys[0].secret must be random bytes, not a text");
    assertThat(problems(with(SEAL, TEXT)))
        .containsExactly("grid.seal_keys[0].secret must be random bytes, not a text");
    assertThat(problems(with(SEAL, MAC)))
        .containsExactly("grid.seal_keys[0].secret must not be one of log_keys.mac_keys too");
    assertThat(problems(GOOD + "answers: {pairwise_secret: " + TEXT + "}"))
        .containsExactly("answers.pairwise_secret must be random bytes, not a text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "\"::1\"", "\"[::1]\""})
  void letsPlainTextBeOnLoopback(String host) throws IOException {
    String yaml =
        GOOD.replace("host: 10.0.0.1, tls: {certificate: a.crt, key: a.key}", "host: " + host)
            .replace("properties: {security.protocol: SASL_SSL}", "properties: {}")
            .replace("\"kafka-1:9092\"", "\"127.0.0.1:9092\", \"[::1]:9092\"");

    assertThat(problems(yaml)).isEmpty();
  }

  @Test
  void letsAProxyEndTlsWhereThatIsSaid() throws IOException {
    assertThat(
            problems(
                GOOD.replace("tls: {certificate: a.crt, key: a.key}", "behind_tls_proxy: true")))
        .isEmpty();
  }

  @Test
  void saysAllProblemsAtOnce() throws IOException {
    assertThat(problems(Yaml.MINIMAL))
        .containsExactlyInAnyOrder(
            "http.tls must be given off loopback, or http.behind_tls_proxy be true where a proxy"
                + " ends TLS",
            "management.tls must be given off loopback, or management.behind_tls_proxy be true"
                + " where a proxy ends TLS",
            "kafka.properties.security.protocol must be SASL_SSL or SSL for brokers off loopback",
            "log_keys.mac_keys[0].secret must be random bytes, not a text",
            "grid.seal_keys[0].secret must be random bytes, not a text",
            "grid.seal_keys[0].secret must not be one of log_keys.mac_keys too");
  }
}
