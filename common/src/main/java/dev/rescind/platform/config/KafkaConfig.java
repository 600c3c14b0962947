package dev.rescind.platform.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kafka, and how the topics are made and must be.
 *
 * @param bootstrapServers {@code host:port} of some brokers
 * @param replicationFactor copies of each record
 * @param minInsyncReplicas copies that must be written before a fact is acknowledged
 * @param credentialsPartitions of the topic of credentials; fixed once it was made
 * @param properties of all clients, as Kafka names them ({@code security.protocol}, …)
 */
public record KafkaConfig(
    List<String> bootstrapServers,
    @Default("3") int replicationFactor,
    @Default("2") int minInsyncReplicas,
    @Default("16") int credentialsPartitions,
    Map<String, String> properties) {
  public KafkaConfig {
    Require.that(!bootstrapServers.isEmpty(), "bootstrap_servers", "must name at least one broker");
    Require.that(
        replicationFactor >= 1 && replicationFactor <= 100,
        "replication_factor",
        "must be 1 to 100");
    Require.that(
        minInsyncReplicas >= 1 && minInsyncReplicas <= replicationFactor,
        "min_insync_replicas",
        "must be 1 to replication_factor");
    Require.that(
        credentialsPartitions >= 1 && credentialsPartitions <= 1_000,
        "credentials_partitions",
        "must be 1 to 1,000");
    bootstrapServers = List.copyOf(bootstrapServers);
    properties = Map.copyOf(properties);
  }

  /** What every client is made with. */
  public Map<String, Object> clientProperties() {
    Map<String, Object> all = new HashMap<>(properties);
    all.put("bootstrap.servers", String.join(",", bootstrapServers));
    return all;
  }

  /** Properties can hold secrets. */
  @Override
  public String toString() {
    return "KafkaConfig" + bootstrapServers;
  }
}
