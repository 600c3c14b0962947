package dev.rescind.platform.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** What the promises rest on, or another key says. */
  private static final Set<String> NOT_CONFIGURABLE =
      Set.of(
          "acks",
          "auto.offset.reset",
          "bootstrap.servers",
          "default.api.timeout.ms",
          "delivery.timeout.ms",
          "enable.auto.commit",
          "enable.idempotence",
          "fetch.max.wait.ms",
          "fetch.min.bytes",
          "group.id",
          "group.protocol",
          "isolation.level",
          "key.deserializer",
          "key.serializer",
          "linger.ms",
          "max.block.ms",
          "max.poll.records",
          "reconnect.backoff.max.ms",
          "reconnect.backoff.ms",
          "request.timeout.ms",
          "retries",
          "retry.backoff.max.ms",
          "retry.backoff.ms",
          "transactional.id",
          "value.deserializer",
          "value.serializer");

  public KafkaConfig {
    Check check =
        new Check()
            .that(!bootstrapServers.isEmpty(), "bootstrap_servers", "must name at least one broker")
            .addresses("bootstrap_servers", bootstrapServers)
            .that(
                replicationFactor >= 1 && replicationFactor <= 100,
                "replication_factor",
                "must be 1 to 100")
            .that(
                minInsyncReplicas >= 1
                    && (minInsyncReplicas <= replicationFactor || replicationFactor < 1),
                "min_insync_replicas",
                "must be 1 to replication_factor")
            .that(
                credentialsPartitions >= 1 && credentialsPartitions <= 1_000,
                "credentials_partitions",
                "must be 1 to 1,000");
    for (String name : properties.keySet()) {
      check.that(
          !NOT_CONFIGURABLE.contains(name),
          "properties." + name,
          "cannot be configured: the service sets it");
    }
    check.done();
    bootstrapServers = List.copyOf(bootstrapServers);
    properties = Map.copyOf(properties);
  }

  /** What every client is made with. */
  public Map<String, Object> clientProperties() {
    Map<String, Object> all = new HashMap<>();
    // A client looks for the new leader nowhere else while it waits for a host that is gone and
    // answers nothing: for 10 s by default.
    all.put("socket.connection.setup.timeout.ms", "500");
    all.put("socket.connection.setup.timeout.max.ms", "1000");
    all.putAll(properties);
    all.put("bootstrap.servers", String.join(",", bootstrapServers));
    return all;
  }

  /** Properties can hold secrets. */
  @Override
  public String toString() {
    return "KafkaConfig" + bootstrapServers;
  }
}
