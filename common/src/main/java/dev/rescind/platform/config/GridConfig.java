package dev.rescind.platform.config;

import java.time.Duration;
import java.util.List;

/**
 * The grid of introspectors.
 *
 * @param host that this node's member binds and tells the others
 * @param port of this node's member
 * @param members {@code host:port} of all members, or of some that are always there
 * @param sealKeys the first seals, all open; 32 bytes each
 * @param readDeadline after which a read has no answer
 * @param maxCredentials that are kept; beyond it registrations are refused
 */
public record GridConfig(
    @Default("rescind") String clusterName,
    @Default("127.0.0.1") String host,
    @Default("5701") int port,
    List<String> members,
    List<KeyConfig> sealKeys,
    @Default("50ms") Duration readDeadline,
    @Default("1000000") int maxCredentials) {
  private static final int SEAL_KEY_BYTES = 32;

  public GridConfig {
    Check check =
        new Check()
            .that(
                clusterName.matches("[A-Za-z0-9._-]{1,100}"),
                "cluster_name",
                "must have 1 to 100 of A-Z a-z 0-9 . _ -")
            .host("host", host)
            .that(
                !ListenConfig.isWildcard(host),
                "host",
                "must be an address that other members can reach, not one that stands for all")
            .port("port", port)
            .that(!members.isEmpty(), "members", "must name at least one member")
            .addresses("members", members)
            .that(!sealKeys.isEmpty(), "seal_keys", "must hold at least one key")
            .unique("seal_keys", "id", sealKeys.stream().map(KeyConfig::id).toList())
            .that(
                readDeadline.toMillis() >= 1 && readDeadline.toMillis() <= 10_000,
                "read_deadline",
                "must be 1ms to 10s")
            .that(
                maxCredentials >= 1 && maxCredentials <= 1_000_000_000,
                "max_credentials",
                "must be 1 to 1,000,000,000");
    for (int i = 0; i < sealKeys.size(); i++) {
      check.that(
          sealKeys.get(i).secret().bytes().length == SEAL_KEY_BYTES,
          "seal_keys[" + i + "].secret",
          "must have exactly 32 bytes");
    }
    check.done();
    members = List.copyOf(members);
    sealKeys = List.copyOf(sealKeys);
  }
}
