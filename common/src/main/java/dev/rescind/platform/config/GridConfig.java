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
 */
public record GridConfig(
    @Default("rescind") String clusterName,
    @Default("127.0.0.1") String host,
    @Default("5701") int port,
    List<String> members,
    List<KeyConfig> sealKeys,
    @Default("50ms") Duration readDeadline) {
  public GridConfig {
    Require.that(!clusterName.isEmpty(), "cluster_name", "must not be empty");
    Require.that(!host.isEmpty(), "host", "must not be empty");
    Require.port(port);
    Require.that(!members.isEmpty(), "members", "must name at least one member");
    Require.that(!sealKeys.isEmpty(), "seal_keys", "must hold at least one key");
    for (KeyConfig key : sealKeys) {
      Require.that(key.secret().bytes().length == 32, "seal_keys.secret", "must have 32 bytes");
    }
    Require.that(
        readDeadline.toMillis() >= 1 && readDeadline.toMillis() <= 10_000,
        "read_deadline",
        "must be 1 ms to 10 s");
    members = List.copyOf(members);
    sealKeys = List.copyOf(sealKeys);
  }
}
