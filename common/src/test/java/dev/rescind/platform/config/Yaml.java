package dev.rescind.platform.config;

import dev.rescind.credential.Base64Url;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Configurations of tests. */
final class Yaml {
  static final String SECRET = secret("0123456789abcdef0123456789abcdef");
  static final String ARGON2ID =
      "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$"
          + "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
  static final String PBKDF2 =
      "$pbkdf2-sha256$i=1000$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

  /** Ed25519 keys in PEM; made for tests, and worth nothing. */
  static final String PUBLIC_KEY =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEA8DE7uowHL3RZjFwPyz/ydKkQP30dbaxZoE0HlgifATA=
      -----END PUBLIC KEY-----
      """;

  static final String PRIVATE_KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIBtlLnuSpYDEX9ftBFtr9eqROtqB1q7huVo0CEM2W95S
      -----END PRIVATE KEY-----
      """;

  /** What must be given, and nothing else: 11 lines. */
  static final String MINIMAL =
      """
      kafka:
        bootstrap_servers: ["kafka-1:9092"]
      log_keys:
        mac_keys:
          - id: mac-1
            secret: %1$s
      grid:
        members: ["introspector-1:5701"]
        seal_keys:
          - id: seal-1
            secret: %1$s
      """
          .formatted(SECRET);

  private Yaml() {}

  static String secret(String text) {
    return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Loads a configuration for development, unless the environment says otherwise. */
  static ServiceConfig load(Path directory, String yaml, Map<String, String> environment)
      throws ConfigException, IOException {
    Path file = directory.resolve("service.yaml");
    Files.writeString(file, yaml);
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("RESCIND_PROFILE", "development");
    return ConfigLoader.load(file, all, ServiceKind.INTROSPECTOR);
  }

  /** The problems of a configuration, the file's directory taken away. */
  static List<String> problems(Path directory, String yaml, Map<String, String> environment)
      throws IOException {
    try {
      load(directory, yaml, environment);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream().map(one -> one.replace(directory + "/", "")).toList();
    }
  }
}
