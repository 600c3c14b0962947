package dev.rescind.platform.config;

import static dev.rescind.platform.config.Yaml.ARGON2ID;
import static dev.rescind.platform.config.Yaml.MINIMAL;
import static dev.rescind.platform.config.Yaml.PBKDF2;
import static dev.rescind.platform.config.Yaml.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.jose.IssuerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ConfigLoaderTest {
  @TempDir Path directory;

  private ServiceConfig load(String yaml) throws ConfigException, IOException {
    return Yaml.load(directory, yaml, Map.of());
  }

  private ServiceConfig load(String yaml, Map<String, String> environment)
      throws ConfigException, IOException {
    return Yaml.load(directory, yaml, environment);
  }

  private List<String> problems(String yaml) throws IOException {
    return Yaml.problems(directory, yaml, Map.of());
  }

  private List<String> problems(String yaml, Map<String, String> environment) throws IOException {
    return Yaml.problems(directory, yaml, environment);
  }

  private String file(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, content);
    return file.toString();
  }

  private static HttpConfig http(String host, int port) {
    return new HttpConfig(
        host, port, 4_096, Duration.ofSeconds(10), Duration.ofMinutes(1), null, false, List.of());
  }

  @Test
  void loadsTwoSecretsOfACaller_ofWhichOneHasAnEnd() throws Exception {
    ServiceConfig config =
        load(
            MINIMAL
                + """
                identities:
                  - client_id: gateway
                    secret_hashes: ["%s"]
                    secrets: [{secret_hash: "%s", expires_at: 2026-12-24T00:00:00Z}]
                    rate: {per_second: 100, burst: 250}
                """
                    .formatted(ARGON2ID, PBKDF2));

    IdentityConfig identity = config.identities().get(0);
    assertThat(identity.hashes()).hasSize(2);
    assertThat(identity.expiries().values()).containsExactly(Instant.parse("2026-12-24T00:00:00Z"));
    assertThat(identity.rate()).isEqualTo(new RateConfig(100, 250));
  }

  @Test
  void refusesAThirdSecret_aTimeThatIsNone_andARateThatIsNone() throws IOException {
    String hash = "\"" + PBKDF2 + "\"";

    assertThat(
            problems(
                MINIMAL
                    + """
                    identities:
                      - {client_id: a, secret_hashes: [%1$s, %1$s, %1$s]}
                      - {client_id: b, secret_hashes: [%1$s, %1$s], secrets: [{secret_hash: %1$s}]}
                      - {client_id: c, secret_hashes: [%1$s], secrets: [{secret_hash: %1$s, expires_at: tomorrow}]}
                      - {client_id: d, secrets: [{secret_hash: %1$s}], rate: {burst: 5}}
                    throttle: {strangers: {per_second: -1}}
                    scan: {action: none, max_inactive_percent: 0}
                    """
                        .formatted(hash)))
        .containsExactlyInAnyOrder(
            "service.yaml, line 13: identities[0].secret_hashes must not make more than two"
                + " secrets: one in use, one that replaces it",
            "service.yaml, line 14: identities[1].secrets must not make more than two secrets: one"
                + " in use, one that replaces it",
            "service.yaml, line 15: identities[2].secrets[0].expires_at must be a time of RFC 3339:"
                + " 2027-01-31T00:00:00Z",
            "service.yaml, line 16: identities[3].rate.burst needs a per_second",
            "service.yaml, line 17: throttle.strangers.per_second must be 0 to 1,000,000",
            "service.yaml, line 18: scan.action must be alarm or throttle",
            "service.yaml, line 18: scan.max_inactive_percent must be 1 to 100");
  }

  @Test
  void hasDefaultsForWhatIsNotGiven() throws Exception {
    ServiceConfig config = load(MINIMAL);

    assertThat(config.http()).isEqualTo(http("0.0.0.0", 8080));
    assertThat(config.management()).isEqualTo(new ListenConfig("0.0.0.0", 9080, null, false));
    assertThat(config.node().name()).isNotEmpty();
    assertThat(config.kafka())
        .isEqualTo(new KafkaConfig(List.of("kafka-1:9092"), 3, 2, 16, Map.of()));
    assertThat(config.grid())
        .isEqualTo(
            new GridConfig(
                "rescind",
                "127.0.0.1",
                5701,
                List.of("introspector-1:5701"),
                List.of(new KeyConfig("seal-1", Secret.of(SECRET))),
                Duration.ofMillis(50),
                1_000_000));
    assertThat(config.freshness()).isEqualTo(new FreshnessConfig(Duration.ofSeconds(2)));
    assertThat(config.index()).isEqualTo(new IndexConfig(20_000_000, null, Duration.ofMinutes(5)));
    assertThat(config.metadata()).isEqualTo(new MetadataConfig(null, null));
    assertThat(config.sweep())
        .isEqualTo(new SweepConfig(Duration.ofDays(1), Duration.ofMinutes(10)));
    assertThat(config.issuers()).isEmpty();
    assertThat(config.identities()).isEmpty();
  }

  @Test
  void readsEverySection() throws Exception {
    ServiceConfig config =
        load(
            MINIMAL
                + """
                node: {name: introspector-1, url: "http://introspector-1:8080"}
                http: {host: 127.0.0.1, port: 18080}
                management: {port: 19080}
                freshness: {staleness_bound: 500ms}
                index:
                  max_facts: 1000
                  checkpoint: /var/lib/rescind/index
                  checkpoint_interval: 1m
                metadata:
                  issuer: https://introspect.example
                  revocation_endpoint: https://revoke.example/revoke
                issuers:
                  - iss: https://as.example
                    keys: {discovery: true, refresh_interval: 1m, max_age: 2h}
                    accept:
                      algs: [ES256]
                      typ: [at+jwt]
                      audiences: ["https://api.example"]
                      clock_skew: 0s
                      max_lifetime: 1d
                  - iss: legacy
                    keys: {hmac_secret: "a shared secret of thirty-six letters"}
                identities:
                  - client_id: api
                    secret_hashes: ["%s", "%s"]
                    rights: [introspect, "revoke:own"]
                    audiences: []
                    issuers: ["https://as.example"]
                    iss: https://as.example
                """
                    .formatted(ARGON2ID, PBKDF2));

    assertThat(config.node())
        .isEqualTo(new NodeConfig("introspector-1", "http://introspector-1:8080"));
    assertThat(config.http()).isEqualTo(http("127.0.0.1", 18080));
    assertThat(config.management()).isEqualTo(new ListenConfig("0.0.0.0", 19080, null, false));
    assertThat(config.freshness().stalenessBound()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.index())
        .isEqualTo(new IndexConfig(1_000, "/var/lib/rescind/index", Duration.ofMinutes(1)));
    assertThat(config.metadata())
        .isEqualTo(
            new MetadataConfig("https://introspect.example", "https://revoke.example/revoke"));
    IssuerConfig issuer = config.issuers().get(0);
    assertThat(issuer.iss()).isEqualTo("https://as.example");
    assertThat(issuer.keys())
        .isEqualTo(
            new IssuerConfig.Keys(
                null, true, null, null, false, Duration.ofMinutes(1), Duration.ofHours(2)));
    assertThat(issuer.accept())
        .isEqualTo(
            new IssuerConfig.Accept(
                List.of("ES256"),
                List.of("at+jwt"),
                List.of("https://api.example"),
                Duration.ZERO,
                Duration.ofDays(1)));
    assertThat(config.issuers().get(1).accept().algs()).containsExactly("HS256");
    IdentityConfig identity = config.identities().get(0);
    assertThat(identity.secretHashes()).containsExactly(ARGON2ID, PBKDF2);
    assertThat(identity.audiences()).isEmpty();
    assertThat(identity.toIdentity().rights())
        .containsExactlyInAnyOrder(Right.INTROSPECT, Right.REVOKE_OWN);
  }

  @Test
  void tellsAbsentAudiencesFromNone() throws Exception {
    String identity = MINIMAL + "identities: [{client_id: a, secret_hashes: [\"%s\"]%s}]";

    assertThat(load(identity.formatted(PBKDF2, "")).identities().get(0).audiences()).isNull();
    assertThat(load(identity.formatted(PBKDF2, ", audiences: []")).identities().get(0).audiences())
        .isEmpty();
    assertThat(problems(identity.formatted(PBKDF2, ", audiences: ")))
        .containsExactly(
            "service.yaml, line 12: identities[0].audiences is empty: give it a value or leave it"
                + " out");
  }

  @Test
  void reportsAllProblemsWithTheirKeysAndLines() throws IOException {
    String yaml =
        """
        http:
          port: 70000
        management:
          port: "9080"
        kafka:
          replication_factor: 0
          credentials_partitions: many
        grid:
          members: [introspector-1]
          read_deadline: 50
          seal_keys:
            - id: seal 1
              secret: AAAA
        log_keys:
          mac_keys:
            - id: mac-1
        """;

    assertThat(problems(yaml))
        .containsExactly(
            "service.yaml, line 2: http.port must be 1 to 65535",
            "service.yaml, line 4: management.port must be a whole number",
            "service.yaml, line 7: kafka.credentials_partitions must be a whole number",
            "service.yaml, line 5: kafka.bootstrap_servers must name at least one broker",
            "service.yaml, line 6: kafka.replication_factor must be 1 to 100",
            "service.yaml, line 16: log_keys.mac_keys[0].secret must be given",
            "service.yaml, line 12: grid.seal_keys[0].id must have 1 to 64 of A-Z a-z 0-9 . _ -",
            "service.yaml, line 13: grid.seal_keys[0].secret must have at least 32 bytes",
            "service.yaml, line 10: grid.read_deadline must be a duration such as 50ms, 2s, 5m, 1h"
                + " or 1d",
            "service.yaml, line 9: grid.members[0] must be host:port, the port 1 to 65535");
  }

  @Test
  void saysWhatIsMissingFromAnEmptyFile() throws IOException {
    assertThat(problems("# nothing yet\n"))
        .containsExactly(
            "service.yaml: kafka.bootstrap_servers must name at least one broker",
            "service.yaml: log_keys.mac_keys must hold at least one key",
            "service.yaml: grid.members must name at least one member",
            "service.yaml: grid.seal_keys must hold at least one key");
  }

  @Test
  void refusesUnknownKeysAndSaysWhatWasPerhapsMeant() throws IOException {
    assertThat(
            problems(
                MINIMAL
                    + """
                    htttp: {port: 8080}
                    freshness: {stalenessBound: 2s, colour: red}
                    issuers:
                      - iss: https://as.example
                        jwks_uri: https://as.example/jwks
                        keys: {discovery: true}
                    """))
        .containsExactly(
            "service.yaml, line 12: htttp is not a known key: did you mean http?",
            "service.yaml, line 13: freshness.stalenessBound is not a known key: did you mean"
                + " staleness_bound?",
            "service.yaml, line 13: freshness.colour is not a known key",
            "service.yaml, line 16: issuers[0].jwks_uri is not a known key: did you mean"
                + " keys.jwks_uri?");
  }

  @Test
  void refusesASweepThatIsTooSoonOrTooLate() throws IOException {
    assertThat(problems(MINIMAL + "sweep:\n  margin: 999ms\n  interval: 25h\n"))
        .containsExactly(
            "service.yaml, line 13: sweep.margin must be 1s to 365d",
            "service.yaml, line 14: sweep.interval must be 1s to 1d");
  }

  @Test
  void refusesAKeyThatIsGivenTwice() throws IOException {
    assertThat(problems(MINIMAL + "http:\n  port: 1\n  port: 2\ngrid: {}\n"))
        .containsExactly(
            "service.yaml, line 14: port is given twice, first at service.yaml, line 13",
            "service.yaml, line 15: grid is given twice, first at service.yaml, line 7");
  }

  @Test
  void refusesLimitsThatWouldBeNone() throws IOException {
    assertThat(
            problems(
                MINIMAL + "http: {max_connections: 63, request_timeout: 99ms, idle_timeout: 2d}\n"))
        .containsExactly(
            "service.yaml, line 12: http.max_connections must be 64 to 1,000,000",
            "service.yaml, line 12: http.request_timeout must be 100ms to 1d",
            "service.yaml, line 12: http.idle_timeout must be 100ms to 1d");
  }

  @Test
  void refusesWhatContradictsItself() throws IOException {
    assertThat(
            problems(
                MINIMAL
                    + """
                    http: {port: 9080}
                    issuers:
                      - iss: https://as.example
                        keys: {discovery: true, jwks_file: keys.json}
                      - iss: https://two.example
                        keys: {jwks_uri: "https://two.example/jwks"}
                        accept: {algs: [HS256]}
                    identities:
                      - client_id: api
                        secret_hashes: ["%s"]
                        issuers: ["https://as.example"]
                        iss: https://other.example
                    """
                        .formatted(PBKDF2)))
        .containsExactly(
            "service.yaml, line 15: issuers[0].keys needs exactly one of jwks_uri, discovery,"
                + " jwks_file, hmac_secret",
            "service.yaml, line 18: issuers[1].accept.algs needs hmac_secret for HS256",
            "service.yaml, line 23: identities[0].iss must be among issuers");
    assertThat(problems(MINIMAL + "http: {port: 9080}"))
        .containsExactly("service.yaml: management.port must not be http.port");
  }

  @Test
  void refusesKeysFromAPrivateAddressThatIsNotListed() throws Exception {
    String issuers =
        """
        issuers:
          - {iss: a, keys: {jwks_uri: "http://127.0.0.1:8080/jwks"}}
          - {iss: b, keys: {jwks_uri: "https://169.254.169.254/jwks"}}
          - {iss: c, keys: {jwks_uri: "https://[fd00::1]/jwks"}}
          - {iss: "http://localhost:8080", keys: {discovery: true}}
          - {iss: d, keys: {jwks_uri: "https://as.example/jwks"}}
        """;
    String why = " points to a private address, which outbound.private_addresses does not list";

    assertThat(problems(MINIMAL + issuers))
        .containsExactly(
            "service.yaml, line 13: issuers[0].keys.jwks_uri" + why,
            "service.yaml, line 14: issuers[1].keys.jwks_uri" + why,
            "service.yaml, line 15: issuers[2].keys.jwks_uri" + why,
            "service.yaml, line 16: issuers[3].iss" + why);
    assertThat(
            load(MINIMAL
                    + "outbound: {private_addresses: [127.0.0.0/8, 169.254.169.254, 'fd00::/8']}\n"
                    + issuers)
                .issuers())
        .hasSize(5);
    assertThat(problems(MINIMAL + "outbound: {private_addresses: [10.0.0.0/33]}"))
        .singleElement()
        .asString()
        .contains("outbound.private_addresses[0] must be an address, a network");
  }

  @Test
  void refusesToTakeForAccessTokensWhatNeverIsOne() throws IOException {
    for (String typ :
        List.of(
            "id+jwt",
            "logout+jwt",
            "secevent+jwt",
            "token-introspection+jwt",
            "application/dpop+jwt",
            "Client-Authentication+JWT")) {
      assertThat(
              problems(
                  MINIMAL
                      + "issuers: [{iss: a, keys: {jwks_uri: \"https://as.example/\"}, accept: {typ: [at+jwt, "
                      + typ
                      + "]}}]"))
          .singleElement()
          .asString()
          .contains("issuers[0].accept.typ holds what is no access token");
    }
  }

  @Test
  void refusesNamesThatAreGivenTwice() throws IOException {
    String twice =
        """
        kafka: {bootstrap_servers: ["k:1"]}
        log_keys: {mac_keys: [{id: a, secret: %1$s}, {id: b, secret: %1$s}, {id: a, secret: %1$s}]}
        grid: {members: ["i:1"], seal_keys: [{id: a, secret: %1$s}, {id: a, secret: %1$s}]}
        issuers:
          - {iss: "https://as.example", keys: {discovery: true}}
          - {iss: "https://as.example", keys: {discovery: true}}
        identities:
          - {client_id: api, secret_hashes: ["%2$s"]}
          - {client_id: api, secret_hashes: ["%2$s"]}
        """
            .formatted(SECRET, PBKDF2);

    assertThat(problems(twice))
        .containsExactly(
            "service.yaml, line 2: log_keys.mac_keys[2].id is that of mac_keys[0] too",
            "service.yaml, line 3: grid.seal_keys[1].id is that of seal_keys[0] too",
            "service.yaml, line 6: issuers[1].iss is that of issuers[0] too",
            "service.yaml, line 9: identities[1].client_id is that of identities[0] too");
  }

  @Test
  void refusesWeakSecretsWithoutShowingThem() throws IOException {
    String same = Yaml.secret("a".repeat(32));
    String weak =
        """
        kafka: {bootstrap_servers: ["k:1"]}
        log_keys:
          mac_keys:
            - {id: short, secret: %s}
            - {id: same, secret: %s}
            - {id: padded, secret: "%s="}
        grid:
          members: ["i:1"]
          seal_keys:
            - {id: long, secret: %s}
        issuers:
          - {iss: short, keys: {hmac_secret: correct horse}}
          - {iss: same, keys: {hmac_secret: %s}}
        """
            .formatted(
                Yaml.secret("only thirty-one bytes, not more"),
                same,
                SECRET,
                Yaml.secret("thirty-three bytes: one too many."),
                "b".repeat(40));

    List<String> problems = problems(weak);

    assertThat(problems)
        .containsExactly(
            "service.yaml, line 4: log_keys.mac_keys[0].secret must have at least 32 bytes",
            "service.yaml, line 5: log_keys.mac_keys[1].secret must be random, not one byte over"
                + " and over",
            "service.yaml, line 6: log_keys.mac_keys[2].secret must be base64url without padding",
            "service.yaml, line 10: grid.seal_keys[0].secret must have exactly 32 bytes",
            "service.yaml, line 12: issuers[0].keys.hmac_secret must have at least 32 bytes for"
                + " HS256");
    assertThat(
            problems(
                MINIMAL + "issuers: [{iss: a, keys: {hmac_secret: %s}}]".formatted("b".repeat(40))))
        .containsExactly(
            "service.yaml, line 12: issuers[0].keys.hmac_secret must be random, not one byte over"
                + " and over");
  }

  @Test
  void checksIdentitiesAsTheServiceWould() throws IOException {
    String hash = "$2y$04$tooshort";
    List<String> problems =
        problems(
            MINIMAL
                + """
                identities:
                  - secret_hashes: ["%1$s"]
                  - client_id: b
                    secret_hashes: ["%1$s", "%2$s"]
                    rights: [introspect, rule]
                  - client_id: c
                  - client_id: "d\u00e9"
                    secret_hashes: ["%1$s"]
                """
                    .formatted(PBKDF2, hash));

    assertThat(problems).hasSize(5);
    assertThat(problems.get(0))
        .isEqualTo("service.yaml, line 13: identities[0].client_id must be given");
    assertThat(problems.get(1))
        .startsWith("service.yaml, line 15: identities[1].secret_hashes[1] must be a hash: bcrypt");
    assertThat(problems.get(2))
        .isEqualTo("service.yaml, line 16: identities[1].rights[1] is not a right");
    assertThat(problems.get(3))
        .isEqualTo(
            "service.yaml, line 17: identities[2].secret_hashes must hold at least one hash, where"
                + " nothing else lets the caller in");
    assertThat(problems.get(4))
        .isEqualTo(
            "service.yaml, line 18: identities[3].client_id must have 1 to 255 visible US-ASCII"
                + " characters");
    assertThat(problems.toString()).doesNotContain("tooshort");
  }

  @Test
  void readsHowAnIdentityProvesItself() throws Exception {
    IdentityConfig identity =
        load(MINIMAL
                + """
                    metadata: {issuer: "https://rescind.example"}
                    issuers: [{iss: "https://as.example", keys: {jwks_uri: "https://as.example/jwks"}}]
                    identities:
                      - client_id: a
                        api_key_hashes: ["%s"]
                        assertion: {secrets: [0123456789abcdef0123456789abcdef], max_lifetime: 1m}
                        bearer: {iss: "https://as.example", client_id: a}
                    """
                    .formatted("0".repeat(64)))
            .identities()
            .get(0);

    assertThat(identity.apiKeyDigests()).containsExactly(Fingerprint.ofDigest(new byte[32]));
    assertThat(identity.assertion())
        .extracting(AssertionConfig::algs, AssertionConfig::maxLifetime)
        .containsExactly(List.of("HS256"), Duration.ofMinutes(1));
    assertThat(identity.bearer()).isEqualTo(new BearerConfig("https://as.example", null, "a"));
    assertThat(identity.toString() + identity.assertion())
        .doesNotContain("0123456789abcdef")
        .doesNotContain("000000");
  }

  @Test
  void readsTheKeysUnderWhichCallersSign_andRefusesOthers() throws Exception {
    String identity = MINIMAL + "identities: [{client_id: a, signature_keys: [%s]}]";
    String secret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

    assertThat(
            load(identity.formatted("{keyid: k, alg: hmac-sha256, secret: " + secret + "}"))
                .identities()
                .get(0)
                .requestKeys())
        .hasSize(1);
    for (String key :
        List.of(
            "keyid: k, alg: hmac-sha256",
            "keyid: k, alg: hmac-sha256, secret: c2hvcnQ",
            "keyid: k, alg: hmac-sha256, secret: " + "A".repeat(43),
            "keyid: k, alg: hmac-sha256, public_key: x, secret: " + secret,
            "keyid: k, alg: ed25519",
            "keyid: k, alg: ed25519, public_key: x",
            "keyid: k, alg: ed25519, secret: " + secret,
            "keyid: k, alg: rsa-pss-sha512, public_key: x",
            "alg: hmac-sha256, secret: " + secret,
            "keyid: k, secret: " + secret,
            "keyid: a key, alg: hmac-sha256, secret: " + secret)) {
      assertThat(String.join("\n", problems(identity.formatted("{" + key + "}"))))
          .as(key)
          .contains("identities[0].signature_keys[0].")
          .doesNotContain(secret);
    }
    String twice = "{keyid: k, alg: hmac-sha256, secret: " + secret + "}";
    assertThat(String.join("\n", problems(identity.formatted(twice + "," + twice))))
        .contains("identities[0].signature_keys[1].keyid is that of another key too");
  }

  @Test
  void refusesProofsThatProveNothing() throws IOException {
    List<String> problems =
        problems(
            MINIMAL
                + """
                metadata: {issuer: "https://rescind.example"}
                identities:
                  - {client_id: a, api_key_hashes: [abc]}
                  - {client_id: b, assertion: {algs: [ES256]}}
                  - {client_id: c, assertion: {jwks_file: k, secrets: [x]}}
                  - {client_id: d, assertion: {secrets: [short, 0123456789abcdef0123456789abcdef], algs: [HS512, ES256]}}
                  - {client_id: e, assertion: {jwks_uri: "http://as.example/jwks"}}
                  - {client_id: f, assertion: {jwks_json: "{}", max_lifetime: 1h}}
                  - {client_id: g, bearer: {sub: s}}
                  - {client_id: h, bearer: {iss: "https://as.example"}}
                """);

    assertThat(problems)
        .filteredOn(problem -> !problem.endsWith("lets the caller in"))
        .extracting(problem -> problem.replaceFirst("^service.yaml, line [0-9]+: ", ""))
        .containsExactlyInAnyOrder(
            "identities[0].api_key_hashes[0] must be SHA-256 in 64 hexadecimal digits, lower case",
            "identities[1].assertion needs exactly one of jwks_json, jwks_file, jwks_uri, secrets",
            "identities[2].assertion needs exactly one of jwks_json, jwks_file, jwks_uri, secrets",
            "identities[2].assertion.secrets[0] must have at least 32 bytes of UTF-8",
            "identities[2].assertion.secrets[0] must be random, not one byte over and over",
            "identities[3].assertion.algs[1] must be one of HS256, HS384, HS512",
            "identities[3].assertion.secrets[0] must have at least 64 bytes of UTF-8",
            "identities[3].assertion.secrets[1] must have at least 64 bytes of UTF-8",
            "identities[4].assertion.jwks_uri must be an https URL, or http on a loopback host",
            "identities[5].assertion.jwks_json must be a JWK Set with a key that can be used (RSA"
                + " 2048 to 4096 bits, P-256, P-384, P-521, Ed25519)",
            "identities[5].assertion.max_lifetime must be 10s to 30m",
            "identities[6].bearer.iss must be given",
            "identities[7].bearer needs sub, client_id, or both");
    assertThat(problems.toString()).doesNotContain("0123456789abcdef");
  }

  @Test
  void wantsAnIssuerOfItsOwn_andTheTokensIssuer_whereTheyAreTheAudience() throws IOException {
    assertThat(
            problems(
                MINIMAL
                    + """
                    identities: [{client_id: a, bearer: {iss: "https://as.example", sub: s}}]
                    """))
        .satisfiesExactlyInAnyOrder(
            problem ->
                assertThat(problem).endsWith("identities[0].bearer.iss must be among issuers"),
            problem ->
                assertThat(problem)
                    .endsWith(
                        "metadata.issuer must be given where identities have assertion or bearer:"
                            + " it is the audience"));
  }

  @Test
  void refusesTheWrongKind() throws IOException {
    assertThat(
            problems(
                """
                node: [a]
                http: {host: {}, port: 8080.5}
                management: 9080
                kafka: {bootstrap_servers: "kafka-1:9092", properties: [a]}
                log_keys: {mac_keys: {id: a, secret: b}}
                grid: {host: true, cluster_name: 1, port: 0x1F, members: [[a]], seal_keys: [a]}
                metadata:
                issuers: [{iss: a, keys: {discovery: "yes"}}]
                """))
        .containsExactly(
            "service.yaml, line 1: node must be keys with values (key: value)",
            "service.yaml, line 2: http.host must be one value",
            "service.yaml, line 2: http.port must be a whole number",
            "service.yaml, line 3: management must be keys with values (key: value)",
            "service.yaml, line 4: kafka.bootstrap_servers must be a list",
            "service.yaml, line 4: kafka.properties must be keys with values (key: value)",
            "service.yaml, line 5: log_keys.mac_keys must be a list",
            "service.yaml, line 6: grid.cluster_name must be a text: put it into quotes",
            "service.yaml, line 6: grid.host must be a text: put it into quotes",
            "service.yaml, line 6: grid.port must be a whole number",
            "service.yaml, line 6: grid.members[0] must be one value",
            "service.yaml, line 6: grid.seal_keys[0] must be keys with values (key: value)",
            "service.yaml, line 7: metadata is empty: give it a value or leave it out",
            "service.yaml, line 8: issuers[0].keys.discovery must be true or false");
  }

  @Test
  void refusesWhatIsNotYamlWithoutQuotingIt() throws IOException {
    List<String> problems = problems("http: {port: 1}\ngrid:\n  secret: \"unfinished " + SECRET);

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).contains("is not valid YAML").doesNotContain(SECRET);
    assertThat(problems("a: \u0000"))
        .containsExactly("service.yaml: is not valid YAML from here on");
    assertThat(problems("- a\n"))
        .containsExactly("service.yaml: must hold keys with values (key: value)");
    assertThat(problems("http: {}\n---\nhttp: {}\n"))
        .containsExactly("service.yaml, line 3: must be the only document of the file");
  }

  @Test
  void doesNotShowASecretThatStandsWhereANameBelongs() throws IOException {
    assertThat(problems(MINIMAL + SECRET + ": a\n" + SECRET + ": b\n").toString())
        .contains("(a name of 43 characters)")
        .doesNotContain(SECRET);
    assertThat(problems(MINIMAL, Map.of("RESCIND_" + SECRET, "a")).toString())
        .doesNotContain(SECRET);
  }

  @Test
  void refusesAnchorsAliasesAndTags() throws IOException {
    assertThat(
            problems(
                """
                http: &listen {port: 1}
                management: *listen
                node: {name: !!str 5}
                """))
        .containsExactly(
            "service.yaml, line 1: anchors and aliases (& and *) cannot be used: quote a text that"
                + " has one",
            "service.yaml, line 2: anchors and aliases (& and *) cannot be used: quote a text that"
                + " has one",
            "service.yaml, line 3: tags (!) cannot be used: quote a text that has one");
  }

  @Test
  void boundsTheFileAndItsDepth() throws IOException {
    assertThat(problems("#".repeat((1 << 20) + 1)))
        .containsExactly("service.yaml: is larger than 1 MiB");
    assertThat(problems("a: " + "[".repeat(20) + "]".repeat(20)))
        .containsExactly("service.yaml, line 1: is nested deeper than 16");
    assertThat(problems("a: " + "[".repeat(100_000)).get(0)).doesNotContain("[[");
    assertThat(problems("x: 1\n".repeat(1_000))).hasSize(101).last().isEqualTo("899 more problems");
  }

  @Test
  void saysThatTheFileCannotBeRead() throws IOException {
    assertThat(directory.resolve("none.yaml"))
        .satisfies(
            file -> {
              try {
                ConfigLoader.load(file, Map.of(), ServiceKind.INTROSPECTOR);
              } catch (ConfigException e) {
                assertThat(e.problems()).containsExactly(file + ": does not exist");
                return;
              }
              throw new AssertionError("loaded a file that does not exist");
            });
    Files.write(directory.resolve("latin"), new byte[] {(byte) 0xe9});
    try {
      ConfigLoader.load(directory.resolve("latin"), Map.of(), ServiceKind.INTROSPECTOR);
    } catch (ConfigException e) {
      assertThat(e.problems()).containsExactly(directory.resolve("latin") + ": is not UTF-8");
    }
  }

  private static final String OTHER_PUBLIC_KEY =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEAM83FqlKRi0+o59sqNHYjdT3+0o+qW+cJKLQ3v6irTgQ=
      -----END PUBLIC KEY-----
      """;

  private static String lifts(String publicKey, String id, String privateKey) {
    return MINIMAL.replace(
        "grid:\n",
        """
          lift_verification_keys: [{id: lift-1, public_key: "%s"}]
          lift_signing_key: {id: %s, private_key: "%s"}
        grid:
        """
            .formatted(publicKey.replace("\n", "\\n"), id, privateKey.replace("\n", "\\n")));
  }

  private List<String> problemsOf(ServiceKind kind, String yaml) throws IOException {
    Path file = Path.of(file("service.yaml", yaml));
    try {
      ConfigLoader.load(file, Map.of("RESCIND_PROFILE", "development"), kind);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream().map(one -> one.replace(directory + "/", "")).toList();
    }
  }

  @Test
  void takesTheKeysOfLiftsFromFiles() throws Exception {
    String yaml =
        MINIMAL.replace(
            "grid:\n",
            """
              lift_verification_keys:
                - {id: lift-1, public_key_file: %s}
                - {id: lift-2, public_key_file: %s}
              lift_signing_key: {id: lift-1, private_key_file: %s}
            grid:
            """
                .formatted(
                    file("lift.pub", Yaml.PUBLIC_KEY),
                    file("lift2.pub", OTHER_PUBLIC_KEY),
                    file("lift.key", Yaml.PRIVATE_KEY)));

    assertThat(problemsOf(ServiceKind.PUBLISHER, yaml)).isEmpty();
  }

  @Test
  void refusesAnIntrospectorTheKeyThatSignsLifts() throws IOException {
    String yaml = lifts(Yaml.PUBLIC_KEY, "lift-1", Yaml.PRIVATE_KEY);

    assertThat(problemsOf(ServiceKind.PUBLISHER, yaml)).isEmpty();
    assertThat(problemsOf(ServiceKind.INTROSPECTOR, yaml))
        .singleElement(STRING)
        .contains("log_keys.lift_signing_key must not be given to an introspector")
        .doesNotContain("PRIVATE KEY");
  }

  @Test
  void refusesAPublisherTheRightToLift_whereItHasNoKeyToSignLifts() throws IOException {
    String yaml =
        MINIMAL
            + "identities: [{client_id: a, secret_hashes: [\"%s\"], rights: [read, lift]}]\n"
                .formatted(PBKDF2);

    assertThat(problemsOf(ServiceKind.INTROSPECTOR, yaml)).isEmpty();
    assertThat(problemsOf(ServiceKind.PUBLISHER, yaml))
        .singleElement(STRING)
        .contains("identities[0].rights[1] needs log_keys.lift_signing_key");
  }

  @Test
  void refusesKeysOfLiftsThatAreNoneOrNoPair() throws IOException {
    String small =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"
            + "A".repeat(43)
            + "=\n-----END PUBLIC KEY-----";
    assertThat(problemsOf(ServiceKind.PUBLISHER, lifts(small, "lift-1", Yaml.PRIVATE_KEY)))
        .first(STRING)
        .contains("log_keys.lift_verification_keys[0].public_key must be an Ed25519 public key");
    assertThat(problemsOf(ServiceKind.PUBLISHER, lifts(Yaml.PUBLIC_KEY, "lift-1", "hunter2")))
        .singleElement(STRING)
        .contains("log_keys.lift_signing_key.private_key must be an Ed25519 private key")
        .doesNotContain("hunter2");
    assertThat(
            problemsOf(ServiceKind.PUBLISHER, lifts(OTHER_PUBLIC_KEY, "lift-1", Yaml.PRIVATE_KEY)))
        .singleElement(STRING)
        .contains("log_keys.lift_signing_key.private_key must belong to the public key");
    assertThat(
            problemsOf(ServiceKind.PUBLISHER, lifts(Yaml.PUBLIC_KEY, "lift-2", Yaml.PRIVATE_KEY)))
        .singleElement(STRING)
        .contains("log_keys.lift_signing_key.id must be that of one of lift_verification_keys");
  }

  @Test
  void letsTheEnvironmentStandOverTheFile() throws Exception {
    ServiceConfig config =
        load(
            MINIMAL + "http: {port: 1}\n",
            Map.of(
                "RESCIND_HTTP_PORT", "18080",
                "RESCIND_NODE_NAME", "node-7",
                "RESCIND_KAFKA_BOOTSTRAP_SERVERS", "kafka-1:9092, kafka-2:9092",
                "RESCIND_FRESHNESS_STALENESS_BOUND", "3s",
                "RESCIND_GRID_SEAL_KEYS_0_ID", "seal-0",
                "RESCIND_GRID_SEAL_KEYS_1_ID", "seal-2",
                "RESCIND_GRID_SEAL_KEYS_1_SECRET", SECRET,
                "RESCIND_GRID_MEMBERS_1", "introspector-2:5701",
                "RESCIND_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SASL_SSL",
                "HTTP_PORT", "not ours"));

    assertThat(config.http().port()).isEqualTo(18080);
    assertThat(config.node().name()).isEqualTo("node-7");
    assertThat(config.kafka().bootstrapServers()).containsExactly("kafka-1:9092", "kafka-2:9092");
    assertThat(config.kafka().properties()).containsEntry("security.protocol", "SASL_SSL");
    assertThat(config.freshness().stalenessBound()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.grid().sealKeys())
        .extracting(KeyConfig::id)
        .containsExactly("seal-0", "seal-2");
    assertThat(config.grid().members())
        .containsExactly("introspector-1:5701", "introspector-2:5701");
  }

  @Test
  void canBeGivenByTheEnvironmentAlone() throws Exception {
    ServiceConfig config =
        load(
            "",
            Map.ofEntries(
                Map.entry("RESCIND_KAFKA_BOOTSTRAP_SERVERS", "kafka-1:9092"),
                Map.entry("RESCIND_LOG_KEYS_MAC_KEYS_0_ID", "mac-1"),
                Map.entry("RESCIND_LOG_KEYS_MAC_KEYS_0_SECRET", SECRET),
                Map.entry("RESCIND_GRID_MEMBERS", "introspector-1:5701"),
                Map.entry("RESCIND_GRID_SEAL_KEYS_0_ID", "seal-1"),
                Map.entry("RESCIND_GRID_SEAL_KEYS_0_SECRET", SECRET),
                Map.entry("RESCIND_ISSUERS_0_ISS", "https://as.example"),
                Map.entry("RESCIND_ISSUERS_0_KEYS_JWKS_FILE", "keys.json"),
                Map.entry("RESCIND_ISSUERS_0_ACCEPT_ALGS", "ES256,RS256"),
                Map.entry("RESCIND_IDENTITIES_0_CLIENT_ID", "api"),
                Map.entry("RESCIND_IDENTITIES_0_SECRET_HASHES", ARGON2ID + "," + PBKDF2),
                Map.entry("RESCIND_IDENTITIES_0_RIGHTS", "introspect,read"),
                Map.entry("RESCIND_IDENTITIES_0_AUDIENCES", "")));

    assertThat(config.issuers().get(0).keys().jwksFile()).isEqualTo("keys.json");
    assertThat(config.issuers().get(0).accept().algs()).containsExactly("ES256", "RS256");
    assertThat(config.identities().get(0).secretHashes()).containsExactly(ARGON2ID, PBKDF2);
    assertThat(config.identities().get(0).rights()).containsExactly("introspect", "read");
    assertThat(config.identities().get(0).audiences()).isEmpty();
  }

  @Test
  void namesTheVariableWithTheProblem() throws IOException {
    assertThat(
            problems(
                MINIMAL,
                Map.of(
                    "RESCIND_HTTP_PORT", "0",
                    "RESCIND_GRID_READ_DEADLINE", "fast",
                    "RESCIND_GRID_SEAL_KEYS_0_SECRET", "",
                    "RESCIND_GRID_SEAL_KEYS_7_ID", "seal-7")))
        .containsExactlyInAnyOrder(
            "RESCIND_HTTP_PORT: http.port must be 1 to 65535",
            "RESCIND_GRID_READ_DEADLINE: grid.read_deadline must be a duration such as 50ms, 2s,"
                + " 5m, 1h or 1d",
            "RESCIND_GRID_SEAL_KEYS_0_SECRET: grid.seal_keys[0].secret is empty: give it a value"
                + " or leave it out",
            "RESCIND_GRID_SEAL_KEYS_7_*: grid.seal_keys has 1 elements: the next is 1");
  }

  @Test
  void refusesVariablesThatNobodyKnows() throws IOException {
    assertThat(
            problems(
                MINIMAL,
                Map.of(
                    "RESCIND_HTP_PORT", "8080",
                    "RESCIND_GRID_SEAL_KEYS_0_SECRETS", SECRET,
                    "RESCIND_NONSENSE", "x",
                    "RESCIND_GRID", "x")))
        .containsExactlyInAnyOrder(
            "RESCIND_HTP_PORT: is not a known variable: did you mean RESCIND_HTTP_PORT?",
            "RESCIND_GRID_SEAL_KEYS_0_SECRETS: is not a known variable: did you mean"
                + " RESCIND_GRID_SEAL_KEYS_0_SECRET?",
            "RESCIND_NONSENSE: is not a known variable",
            "RESCIND_GRID: is not a known variable");
  }

  @Test
  void leavesTheVariablesOfOthersAlone() throws Exception {
    load(
        MINIMAL,
        Map.ofEntries(
            Map.entry("RESCIND_INTROSPECT_URLS", "http://127.0.0.1:8080/introspect"),
            Map.entry("RESCIND_CALLER_ID", "demo-caller"),
            Map.entry("RESCIND_CALLER_SECRET", "x"),
            Map.entry("RESCIND_ISSUER", "http://127.0.0.1:8082"),
            Map.entry("RESCIND_ISSUER_JWKS_URI", "http://127.0.0.1:8082/jwks"),
            Map.entry("RESCIND_JAVA_OPTS", "-Xmx1g"),
            Map.entry("RESCIND_LOG_FORMAT", "text"),
            Map.entry("RESCIND_LOG_LEVEL", "DEBUG"),
            Map.entry("RESCIND_INTROSPECTOR_SERVICE_HOST", "10.0.0.1"),
            Map.entry("RESCIND_INTROSPECTOR_SERVICE_PORT_HTTP", "8080"),
            Map.entry("RESCIND_INTROSPECTOR_PORT", "tcp://10.0.0.1:8080"),
            Map.entry("RESCIND_INTROSPECTOR_PORT_8080_TCP_ADDR", "10.0.0.1")));
  }

  @Test
  void takesValuesFromFiles() throws Exception {
    String secret = file("seal", SECRET + "\n");
    String hashes = file("hashes", ARGON2ID + "\n\n" + PBKDF2 + "\r\n");
    String jaas = file("jaas", "org.example.Login required;");
    ServiceConfig config =
        load(
            MINIMAL.replaceFirst(
                    "secret: " + SECRET + "\ngrid", "secret_file: " + secret + "\ngrid")
                + """
                identities:
                  - client_id: api
                    secret_hashes_file: %s
                issuers:
                  - iss: https://as.example
                    keys: {jwks_file: keys.json}
                """
                    .formatted(hashes),
            Map.of(
                "RESCIND_GRID_SEAL_KEYS_0_SECRET_FILE", secret,
                "RESCIND_NODE_NAME_FILE", file("name", "node-9"),
                "RESCIND_KAFKA_PROPERTIES_SASL_JAAS_CONFIG_FILE", jaas));

    assertThat(config.logKeys().macKeys().get(0).secret()).isEqualTo(Secret.of(SECRET));
    assertThat(config.grid().sealKeys().get(0).secret()).isEqualTo(Secret.of(SECRET));
    assertThat(config.identities().get(0).secretHashes()).containsExactly(ARGON2ID, PBKDF2);
    assertThat(config.node().name()).isEqualTo("node-9");
    assertThat(config.issuers().get(0).keys().jwksFile()).isEqualTo("keys.json");
    assertThat(config.kafka().properties())
        .containsEntry("sasl.jaas.config", "org.example.Login required;");
  }

  @Test
  void takesKafkasPropertiesAsTheyAre() throws Exception {
    ServiceConfig config =
        load(
            MINIMAL.replace(
                "log_keys:",
                """
                  properties:
                    security.protocol: SSL
                    metadata.max.age.ms: 60000
                    ssl.endpoint.identification.algorithm: https
                    ssl.key.password_file: %s
                log_keys:"""
                    .formatted(file("password", "hunter2\n"))));

    assertThat(config.kafka().clientProperties())
        .containsEntry("metadata.max.age.ms", "60000")
        .containsEntry("ssl.key.password", "hunter2")
        .containsEntry("bootstrap.servers", "kafka-1:9092");
    assertThat(problems(MINIMAL, Map.of("RESCIND_KAFKA_PROPERTIES_ACKS", "0")))
        .containsExactly(
            "RESCIND_KAFKA_PROPERTIES_ACKS: kafka.properties.acks cannot be configured: the service"
                + " sets it");
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    String large = file("large", "a".repeat(64 * 1024 + 1));
    String empty = file("empty", "\n");
    assertThat(
            problems(
                MINIMAL.replace("- id: seal-1", "- id: seal-1\n      secret_file: /elsewhere/x")
                    + "node: {name_file: %s, url_file: [a]}\n".formatted(large),
                Map.of(
                    "RESCIND_HTTP_HOST",
                    "a",
                    "RESCIND_HTTP_HOST_FILE",
                    empty,
                    "RESCIND_METADATA_ISSUER_FILE",
                    empty,
                    "RESCIND_GRID_CLUSTER_NAME_FILE",
                    "/nowhere/" + SECRET)))
        .containsExactly(
            "service.yaml, line 13: node.name_file names a file that is larger than 64 KiB",
            "service.yaml, line 13: node.url_file must be the path of a file",
            "service.yaml, line 11: grid.seal_keys[0].secret_file names a file that does not exist",
            "service.yaml, line 11: grid.seal_keys[0].secret and grid.seal_keys[0].secret_file"
                + " cannot both be given",
            "RESCIND_HTTP_HOST: and RESCIND_HTTP_HOST_FILE cannot both be given",
            "RESCIND_GRID_CLUSTER_NAME_FILE: grid.cluster_name_file names a file that does not"
                + " exist",
            "RESCIND_METADATA_ISSUER_FILE: metadata.issuer_file names a file that is empty");
  }

  @Test
  void namesEveryKeyByOneVariable() {
    List<String> variables =
        Outline.of(ConfigLoader.ROOT).stream()
            .filter(entry -> entry.key().canBeInFile())
            .flatMap(entry -> List.of(entry.variable(), entry.variable() + "_FILE").stream())
            .toList();

    assertThat(variables).doesNotHaveDuplicates().contains("RESCIND_ISSUERS_<n>_KEYS_JWKS_FILE");
  }
}
