package dev.rescind.platform.config;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration must be besides where it is for production: nothing is told in plain text to
 * other machines, no key is guessable or a demo's, and a fact outlives the loss of a broker.
 */
final class Production {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[?::1]?");
  private static final Set<String> ENCRYPTED = Set.of("SSL", "SASL_SSL");
  private static final String DEMO = "demo-";
  private static final int COPIES = 3;
  private static final int WRITTEN = 2;

  private final Check check = new Check();

  private Production() {}

  /**
   * @throws IllegalArgumentException with a line for each problem, of a key and a message
   */
  static void check(ServiceConfig config) {
    Production production = new Production();
    HttpConfig http = config.http();
    production.listener("http", http.host(), http.tls(), http.behindTlsProxy());
    ListenConfig management = config.management();
    production.listener(
        "management", management.host(), management.tls(), management.behindTlsProxy());
    production.kafka(config.kafka());
    production.keys(config);
    production.url("metadata.issuer", config.metadata().issuer());
    production.url("metadata.revocation_endpoint", config.metadata().revocationEndpoint());
    for (int i = 0; i < config.issuers().size(); i++) {
      production.check.that(
          !config.issuers().get(i).keys().allowHttp(),
          "issuers[" + i + "].keys.allow_http",
          "must not be true: whoever is on the way could hand out keys");
    }
    for (int i = 0; i < config.identities().size(); i++) {
      production.notOfTheDemo(
          "identities[" + i + "].client_id", config.identities().get(i).clientId());
    }
    production.check.done();
  }

  private void listener(String section, String host, @Nullable TlsConfig tls, boolean behindProxy) {
    check.that(
        tls != null || behindProxy || isLoopback(host),
        section + ".tls",
        "must be given off loopback, or %s.behind_tls_proxy be true where a proxy ends TLS"
            .formatted(section));
  }

  private void kafka(KafkaConfig kafka) {
    boolean local = kafka.bootstrapServers().stream().allMatch(Production::isLocalAddress);
    String protocol = kafka.properties().getOrDefault("security.protocol", "PLAINTEXT");
    check
        .that(
            local || ENCRYPTED.contains(protocol),
            "kafka.properties.security.protocol",
            "must be SASL_SSL or SSL for brokers off loopback")
        .that(
            local
                || kafka
                    .properties()
                    .getOrDefault("ssl.endpoint.identification.algorithm", "https")
                    .equalsIgnoreCase("https"),
            "kafka.properties.ssl.endpoint.identification.algorithm",
            "must be https: a broker has to be who it says")
        .that(
            kafka.replicationFactor() >= COPIES,
            "kafka.replication_factor",
            "must be at least " + COPIES)
        .that(
            kafka.minInsyncReplicas() >= WRITTEN,
            "kafka.min_insync_replicas",
            "must be at least " + WRITTEN);
  }

  private void keys(ServiceConfig config) {
    List<KeyConfig> macs = config.logKeys().macKeys();
    List<KeyConfig> seals = config.grid().sealKeys();
    random("log_keys.mac_keys", macs);
    random("grid.seal_keys", seals);
    for (int i = 0; i < seals.size(); i++) {
      byte[] seal = seals.get(i).secret().bytes();
      check.that(
          macs.stream().noneMatch(mac -> MessageDigest.isEqual(mac.secret().bytes(), seal)),
          "grid.seal_keys[" + i + "].secret",
          "must not be one of log_keys.mac_keys too");
    }
    List<LiftKeyConfig> lifts = config.logKeys().liftVerificationKeys();
    for (int i = 0; i < lifts.size(); i++) {
      notOfTheDemo("log_keys.lift_verification_keys[" + i + "].id", lifts.get(i).id());
    }
    Secret pairwise = config.answers().pairwiseSecret();
    if (pairwise != null) {
      random("answers.pairwise_secret", pairwise);
    }
  }

  private void random(String list, List<KeyConfig> keys) {
    for (int i = 0; i < keys.size(); i++) {
      String path = list + "[" + i + "]";
      notOfTheDemo(path + ".id", keys.get(i).id());
      random(path + ".secret", keys.get(i).secret());
    }
  }

  /** Of 32 random bytes, all are printable once in 10^13 times. */
  private void random(String key, Secret secret) {
    String text = new String(secret.bytes(), StandardCharsets.ISO_8859_1);
    check.that(
        !text.chars().allMatch(c -> c >= ' ' && c <= '~'), key, "must be random bytes, not a text");
  }

  private void notOfTheDemo(String key, String id) {
    check.that(
        !id.startsWith(DEMO),
        key,
        "must not begin with demo-: what is made for the demo is for it alone");
  }

  /** RFC 8414 section 2: the issuer is an https URL. */
  private void url(String key, @Nullable String url) {
    if (url != null) {
      URI uri = URI.create(url);
      check.that(
          "https".equalsIgnoreCase(uri.getScheme()) || isLoopback(uri.getHost()),
          key,
          "must be an https URL off loopback");
    }
  }

  private static boolean isLocalAddress(String hostAndPort) {
    return isLoopback(hostAndPort.substring(0, hostAndPort.lastIndexOf(':')));
  }

  private static boolean isLoopback(@Nullable String host) {
    return host != null && LOOPBACK.matcher(host).matches();
  }
}
