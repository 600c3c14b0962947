package dev.rescind.system.faults;

import dev.rescind.log.LiftKeys;
import dev.rescind.platform.identity.Right;
import dev.rescind.system.Caller;
import dev.rescind.system.LiftPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private final String macKey = key();
  private final String sealKey = key();
  private final LiftPair lifts = LiftPair.generate();

  /**
   * @param members the hosts of introspectors
   * @param jwks the keys of {@link JwtKeys#ISS}
   */
  ServiceFiles(List<Host> brokers, List<Host> members, Path jwks) {
    this.brokers = List.copyOf(brokers);
    this.members = List.copyOf(members);
    this.jwks = jwks;
  }

  private static String key() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  String macKey() {
    return macKey;
  }

  /** What verifies lifts; for those who hold no private key. */
  LiftKeys liftKeys() {
    return new LiftKeys(
        List.of(new LiftKeys.Verification("faults-1", lifts.pair().getPublic())), null);
  }

  /** The keys of lifts: nodes have the public one alone. */
  private String liftKeys(boolean introspects) {
    String all =
        "  lift_verification_keys:\n    - {id: faults-1, public_key: \"%s\"}"
            .formatted(inOneLine(lifts.publicPem()));
    return introspects
        ? all
        : all
            + "\n  lift_signing_key: {id: faults-1, private_key: \"%s\"}"
                .formatted(inOneLine(lifts.privatePem()));
  }

  private static String inOneLine(String pem) {
    return pem.replace("\n", "\\n");
  }

  static String addresses(List<Host> hosts, int port) {
    return hosts.stream()
        .map(host -> '"' + host.cluster() + ':' + port + '"')
        .collect(Collectors.joining(", ", "[", "]"));
  }

  void write(Path file, Host host, boolean introspects) throws IOException {
    String config =
        """
        profile: development
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
        %15$s
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
                CALLER.secretHash(),
                CALLER.rights().stream()
                    .map(right -> '"' + right + '"')
                    .collect(Collectors.joining(", ")),
                liftKeys(introspects));
    Files.writeString(file, config, StandardCharsets.UTF_8);
  }
}
