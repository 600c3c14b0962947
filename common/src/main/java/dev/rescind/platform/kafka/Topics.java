package dev.rescind.platform.kafka;

import dev.rescind.platform.config.KafkaConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** The topics: made where they are missing, and refused where they promise less than configured. */
public final class Topics {
  /** Facts and barriers, in one partition. */
  public static final String REVOCATIONS = "rescind.revocations";

  /** Registered credentials, by fingerprint. */
  public static final String CREDENTIALS = "rescind.credentials";

  /**
   * What a publisher has, at least, to append again what somebody wrote over: until then compaction
   * leaves it alone. More makes a start read more barriers: an hour is 18,000 for each node.
   */
  private static final Duration MIN_COMPACTION_LAG = Duration.ofHours(1);

  /** The broker's own clock, which no writer can set. */
  private static final String LOG_CLOCK = "LogAppendTime";

  private static final long LIMIT_SECONDS = 5;

  private Topics() {}

  /**
   * What the topics are.
   *
   * @param credentialsPartitions how many partitions the credentials have
   */
  public record Ids(UUID revocations, UUID credentials, int credentialsPartitions) {}

  /** Kafka does not answer, or has not enough brokers yet; it may later. */
  public static final class UnreachableException extends Exception {
    private static final long serialVersionUID = 1;

    UnreachableException(Throwable cause) {
      super(cause);
    }
  }

  /** A topic is not as it must be; every reason is in the message. */
  public static final class UnfitException extends Exception {
    private static final long serialVersionUID = 1;

    UnfitException(List<String> reasons) {
      super(String.join("; ", reasons));
    }
  }

  /** Makes the topics where they are missing, and looks at their real settings. */
  public static Ids ensure(KafkaConfig config) throws UnreachableException, UnfitException {
    Map<String, Object> properties = config.clientProperties();
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 4_000);
    properties.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 20);
    properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
    Admin admin = Admin.create(properties);
    try {
      create(admin, config, REVOCATIONS, 1);
      create(admin, config, CREDENTIALS, config.credentialsPartitions());
      return verified(admin, config);
    } catch (ExecutionException e) {
      throw unreachableOr(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new UnreachableException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException(e);
    } finally {
      admin.close(Duration.ofSeconds(1));
    }
  }

  private static UnreachableException unreachableOr(Throwable cause) throws UnfitException {
    if (cause instanceof RetriableException || cause instanceof InvalidReplicationFactorException) {
      return new UnreachableException(cause);
    }
    if (cause instanceof KafkaException) {
      throw new UnfitException(List.of("Kafka refused: " + cause.getMessage()));
    }
    return new UnreachableException(cause);
  }

  private static void create(Admin admin, KafkaConfig config, String name, int partitions)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, String> settings = new HashMap<>();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    settings.put(
        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(config.minInsyncReplicas()));
    settings.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
    // Compaction leaves the last segment alone: with Kafka's own gigabyte and week, a start would
    // read days of barriers.
    settings.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(32 * 1024 * 1024));
    settings.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(TimeUnit.MINUTES.toMillis(10)));
    settings.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1");
    if (name.equals(REVOCATIONS)) {
      settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, LOG_CLOCK);
      settings.put(
          TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, Long.toString(MIN_COMPACTION_LAG.toMillis()));
    }
    NewTopic topic =
        new NewTopic(name, partitions, (short) config.replicationFactor()).configs(settings);
    try {
      admin.createTopics(List.of(topic)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private static Ids verified(Admin admin, KafkaConfig config)
      throws ExecutionException, InterruptedException, TimeoutException, UnfitException {
    Map<String, TopicDescription> topics =
        admin
            .describeTopics(List.of(REVOCATIONS, CREDENTIALS))
            .allTopicNames()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    Map<ConfigResource, Config> settings =
        admin
            .describeConfigs(List.of(resource(REVOCATIONS), resource(CREDENTIALS)))
            .all()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    List<String> reasons = new ArrayList<>();
    for (String name : List.of(REVOCATIONS, CREDENTIALS)) {
      verify(config, described(topics, name), settings.get(resource(name)), reasons);
    }
    int logPartitions = described(topics, REVOCATIONS).partitions().size();
    if (logPartitions != 1) {
      reasons.add(REVOCATIONS + " has " + logPartitions + " partitions, and must have 1");
    }
    if (!reasons.isEmpty()) {
      throw new UnfitException(reasons);
    }
    return new Ids(
        id(described(topics, REVOCATIONS).topicId()),
        id(described(topics, CREDENTIALS).topicId()),
        described(topics, CREDENTIALS).partitions().size());
  }

  private static TopicDescription described(Map<String, TopicDescription> topics, String name) {
    return Optional.ofNullable(topics.get(name)).orElseThrow();
  }

  private static void verify(
      KafkaConfig config, TopicDescription topic, @Nullable Config settings, List<String> reasons) {
    String name = topic.name();
    int replicas =
        topic.partitions().stream().mapToInt(one -> one.replicas().size()).min().orElse(0);
    if (replicas < config.replicationFactor()) {
      reasons.add(
          name
              + " has "
              + replicas
              + " replicas, fewer than kafka.replication_factor "
              + config.replicationFactor());
    }
    String policy = value(settings, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      reasons.add(name + " has cleanup.policy " + policy + ", and must have compact");
    }
    String inSync = value(settings, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    if (!inSync.matches("[0-9]{1,6}") || Integer.parseInt(inSync) < config.minInsyncReplicas()) {
      reasons.add(
          name
              + " has min.insync.replicas "
              + inSync
              + ", fewer than kafka.min_insync_replicas "
              + config.minInsyncReplicas());
    }
    if (!value(settings, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG).equals("false")) {
      reasons.add(name + " has unclean.leader.election.enable, and must not");
    }
    if (name.equals(REVOCATIONS)) {
      verifyLog(settings, reasons);
    }
  }

  private static void verifyLog(@Nullable Config settings, List<String> reasons) {
    String clock = value(settings, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    if (!clock.equals(LOG_CLOCK)) {
      reasons.add(
          REVOCATIONS + " has message.timestamp.type " + clock + ", and must have " + LOG_CLOCK);
    }
    String lag = value(settings, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG);
    if (!lag.matches("[0-9]{1,18}") || Long.parseLong(lag) < MIN_COMPACTION_LAG.toMillis()) {
      reasons.add(
          REVOCATIONS
              + " has min.compaction.lag.ms "
              + lag
              + ", and must have at least "
              + MIN_COMPACTION_LAG.toMillis());
    }
  }

  private static String value(@Nullable Config settings, String name) {
    return settings == null || settings.get(name) == null
        ? "?"
        : String.valueOf(settings.get(name).value());
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static UUID id(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }
}
