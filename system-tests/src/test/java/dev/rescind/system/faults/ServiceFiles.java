package dev.rescind.system.faults;

import dev.rescind.platform.identity.Right;
import dev.rescind.system.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration of services, each of which a file of its own has. */
final class ServiceFiles {
  static final int INTROSPECTOR_PORT = 8080;
  static final int PUBLISHER_PORT = 8081;
  static final int MANAGEMENT_PORT = 9080;
  private static final int GRID_PORT = 5701;

  /** The one caller: may do everything, and sees everything. */
  static final Caller CALLER =
      new Caller("faults", Arrays.stream(Right.values()).map(Right::wireName).toList(), null, null);

  private final List<Host> brokers;
  private final List<Host> members;
  private final Path jwks;
  private final Path liftKeys;
  private final String macKey = key();
  private final String sealKey = key();

  /**
   * @param members the hosts of introspectors
   * @param directory of all configuration; the keys of {@link JwtKeys#ISS} are there
   */
  ServiceFiles(List<Host> brokers, List<Host> members, Path directory) throws IOException {
    this.brokers = List.copyOf(brokers);
    this.members = List.copyOf(members);
    this.jwks = directory.resolve("jwks.json");
    this.liftKeys = directory;
    writeLiftKeys();
  }

  /** The pair with which publishers sign lifts, and nodes verify them. */
  private void writeLiftKeys() throws IOException {
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
    }
    pem(liftKeys.resolve("lift-private-key"), "PRIVATE KEY", pair.getPrivate().getEncoded());
    pem(liftKeys.resolve("lift-public-key"), "PUBLIC KEY", pair.getPublic().getEncoded());
  }

  private static void pem(Path file, String label, byte[] bytes) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)));
  }

  private static String key() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  String macKey() {
    return macKey;
  }

  static String addresses(List<Host> hosts, int port) {
    return hosts.stream()
        .map(host -> '"' + host.cluster() + ':' + port + '"')
        .collect(Collectors.joining(", ", "[", "]"));
  }

  void write(Path file, Host host, boolean introspects) throws IOException {
    String config =
        """
        node: {name: %1$s, url: "http://%2$s:%3$d"}
        http: {host: "%2$s", port: %3$d}
        management: {host: "%2$s", port: %4$d}
        kafka:
          bootstrap_servers: %5$s
          replication_factor: 3
          min_insync_replicas: 2
          credentials_partitions: 8
        log_keys:
          mac_keys:
            - {id: faults-1, secret: "%6$s"}
          lift_verification_keys:
            - {id: faults-1, public_key_file: "%15$s"}
        %16$s
        grid:
          cluster_name: faults
        %7$s
          members: %8$s
          seal_keys:
            - {id: faults-1, secret: "%9$s"}
        issuers:
          - iss: "%10$s"
            keys: {jwks_file: "%11$s"}
            accept: {algs: [ES256], typ: [at+jwt]}
        identities:
          - client_id: "%12$s"
            secret_hashes: ["%13$s"]
            rights: [%14$s]
        """
            .formatted(
                host.name(),
                host.client(),
                introspects ? INTROSPECTOR_PORT : PUBLISHER_PORT,
                MANAGEMENT_PORT,
                addresses(brokers, BrokerFiles.PORT),
                macKey,
                introspects
                    ? "  host: \"" + host.cluster() + "\"\n  port: " + GRID_PORT
                    : "  read_deadline: 50ms",
                addresses(members, GRID_PORT),
                sealKey,
                JwtKeys.ISS,
                jwks,
                CALLER.clientId(),
                CALLER.config().secretHashes().get(0),
                CALLER.rights().stream()
                    .map(right -> '"' + right + '"')
                    .collect(Collectors.joining(", ")),
                liftKeys.resolve("lift-public-key"),
                introspects
                    ? ""
                    : "  lift_signing_key: {id: faults-1, private_key_file: \""
                        + liftKeys.resolve("lift-private-key")
                        + "\"}");
    Files.writeString(file, config, StandardCharsets.UTF_8);
  }
}
