package dev.rescind.platform.config;

import static dev.rescind.platform.config.Yaml.ARGON2ID;
import static dev.rescind.platform.config.Yaml.MINIMAL;
import static dev.rescind.platform.config.Yaml.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class EffectiveConfigTest {
  private static final String HMAC = "a shared secret of thirty-six letters";
  private static final String FULL =
      MINIMAL.replace(
              "log_keys:",
              """
                properties:
                  security.protocol: SASL_SSL
                  sasl.jaas.config: module required password="hunter2";
                  ssl.keystore.PASSWORD: hunter2
                  ssl.truststore.certificates: cert
                  sasl.oauthbearer.client.credentials.client.secret: hunter2
                  ssl.keystore.key: hunter2
              log_keys:""")
          + """
          node: {name: node-1}
          issuers:
            - iss: legacy
              keys: {hmac_secret: "%s"}
          identities:
            - client_id: "1234"
              secret_hashes: ["%s"]
              rights: [introspect]
              audiences: []
          """
              .formatted(HMAC, ARGON2ID);

  @TempDir Path directory;

  @Test
  void showsDefaultsAndMasksSecrets() throws Exception {
    ServiceConfig config = Yaml.load(directory, FULL, Map.of());

    assertThat(EffectiveConfig.of(config))
        .isEqualTo(
            """
            profile: development
            node:
              name: node-1
            http:
              host: 0.0.0.0
              port: 8080
              max_connections: 4096
              request_timeout: 10s
              idle_timeout: 1m
              behind_tls_proxy: false
              certificate_proxies: []
            management:
              host: 0.0.0.0
              port: 9080
              behind_tls_proxy: false
            kafka:
              bootstrap_servers:
                - kafka-1:9092
              replication_factor: 3
              min_insync_replicas: 2
              credentials_partitions: 16
              properties:
                sasl.jaas.config: '***'
                sasl.oauthbearer.client.credentials.client.secret: '***'
                security.protocol: SASL_SSL
                ssl.keystore.PASSWORD: '***'
                ssl.keystore.key: '***'
                ssl.truststore.certificates: cert
            log_keys:
              mac_keys:
                - id: mac-1
                  secret: '***'
              lift_verification_keys: []
            grid:
              cluster_name: rescind
              host: 127.0.0.1
              port: 5701
              members:
                - introspector-1:5701
              seal_keys:
                - id: seal-1
                  secret: '***'
              read_deadline: 50ms
              max_credentials: 1000000
            freshness:
              staleness_bound: 2s
            index:
              max_facts: 20000000
              checkpoint_interval: 5m
            metadata: {}
            answers:
              signing_keys: []
              proof_max_age: 1m
            sweep:
              margin: 1d
              interval: 10m
            approvals:
              types:
                - key
                - issuer
                - client
              expires_after: 1h
            reload:
              interval: 5s
            throttle:
              caller:
                per_second: 0
              introspections:
                per_second: 0
              writes:
                per_second: 0
              strangers:
                per_second: 20
                burst: 200
            scan:
              window: 1m
              min_requests: 200
              max_inactive_percent: 50
              action: alarm
            outbound:
              private_addresses: []
            api_keys:
              prefix: rsc_
            issuers:
              - iss: legacy
                keys:
                  discovery: false
                  hmac_secret: '***'
                  allow_http: false
                  refresh_interval: 5m
                  max_age: 1h
                accept:
                  algs:
                    - HS256
                  typ:
                    - at+jwt
                    - JWT
                  audiences: []
                  clock_skew: 5s
            identities:
              - client_id: "1234"
                secret_hashes:
                  - '***'
                rights:
                  - introspect
                audiences: []
                stale_policy: refuse
                self_signed_certificates: []
                api_key_hashes: []
                signature_keys: []
                secrets: []
            """);
  }

  @Test
  void isTheSameConfigurationOnceTheSecretsAreBack() throws Exception {
    ServiceConfig config = Yaml.load(directory, FULL, Map.of());
    String shown =
        EffectiveConfig.of(config)
            .replace("hmac_secret: '***'", "hmac_secret: \"" + HMAC + "\"")
            .replace("secret: '***'", "secret: " + SECRET)
            .replace("- '***'", "- " + ARGON2ID);

    ServiceConfig again = Yaml.load(directory, shown, Map.of());

    assertThat(again.identities()).isEqualTo(config.identities());
    assertThat(again.issuers()).isEqualTo(config.issuers());
    assertThat(again.grid()).isEqualTo(config.grid());
    assertThat(again.logKeys()).isEqualTo(config.logKeys());
    assertThat(again.freshness()).isEqualTo(config.freshness());
  }

  @Test
  void hasNoSecretInAnyText() throws Exception {
    ServiceConfig config = Yaml.load(directory, FULL, Map.of());

    for (String text : new String[] {config.toString(), EffectiveConfig.of(config)}) {
      assertThat(text).doesNotContain(SECRET, HMAC, ARGON2ID, "hunter2");
    }
  }
}
