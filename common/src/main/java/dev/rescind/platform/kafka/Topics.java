package dev.rescind.platform.kafka;

import dev.rescind.platform.config.KafkaConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** The topics: made where they are missing, and what is wrong with them as they are. */
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
  private static final String NO_LIMIT = "-1";

  private static final TopicPartition LOG = new TopicPartition(REVOCATIONS, 0);

  private Topics() {}

  /**
   * What the topics are.
   *
   * @param credentialsPartitions how many partitions the credentials have
   */
  public record Ids(UUID revocations, UUID credentials, int credentialsPartitions) {}

  /**
   * Something that a topic does not promise as it must.
   *
   * @param losing whether facts can be lost, or are, without a broker being lost
   * @param text which topic, what is so, and what must be
   */
  public record Weakness(boolean losing, String text) {}

  /** The topics as they are, and all that is wrong with them. */
  public record Found(Ids ids, List<Weakness> weaknesses) {
    public Found {
      weaknesses = List.copyOf(weaknesses);
    }
  }

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

    UnfitException(String reasons) {
      super(reasons);
    }
  }

  /** Makes the topics where they are missing, and looks at their real settings. */
  public static Ids ensure(KafkaConfig config) throws UnreachableException, UnfitException {
    Admin admin = Admin.create(adminProperties(config));
    try {
      create(admin, config, REVOCATIONS, 1);
      create(admin, config, CREDENTIALS, config.credentialsPartitions());
      Found found = find(admin, config).toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!found.weaknesses().isEmpty()) {
        throw new UnfitException(said(found.weaknesses()));
      }
      return found.ids();
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

  /**
   * Where the log begins and ends.
   *
   * @param start the position of its first record, whether it is there or was compacted away
   * @param end one after its last
   */
  public record Range(long start, long end) {}

  /** Asks from where to where the log of facts and barriers reaches. */
  public static Range range(KafkaConfig config) throws UnreachableException {
    Admin admin = Admin.create(adminProperties(config));
    try {
      return new Range(
          offset(admin, OffsetSpec.earliest()).get(LIMIT_SECONDS, TimeUnit.SECONDS).offset(),
          offset(admin, OffsetSpec.latest()).get(LIMIT_SECONDS, TimeUnit.SECONDS).offset());
    } catch (ExecutionException | TimeoutException e) {
      throw new UnreachableException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException(e);
    } finally {
      admin.close(Duration.ofSeconds(1));
    }
  }

  private static KafkaFuture<ListOffsetsResult.ListOffsetsResultInfo> offset(
      Admin admin, OffsetSpec which) {
    return admin.listOffsets(Map.of(LOG, which)).partitionResult(LOG);
  }

  static Map<String, Object> adminProperties(KafkaConfig config) {
    Map<String, Object> properties = config.clientProperties();
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 4_000);
    properties.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 20);
    properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
    return properties;
  }

  static UnreachableException unreachableOr(Throwable cause) throws UnfitException {
    if (cause instanceof RetriableException || cause instanceof InvalidReplicationFactorException) {
      return new UnreachableException(cause);
    }
    if (cause instanceof KafkaException) {
      throw new UnfitException("Kafka refused: " + cause.getMessage());
    }
    return new UnreachableException(cause);
  }

  private static void create(Admin admin, KafkaConfig config, String name, int partitions)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, String> settings = new HashMap<>();
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    // Should the policy ever become another, nothing is old enough to go.
    settings.put(TopicConfig.RETENTION_MS_CONFIG, NO_LIMIT);
    settings.put(TopicConfig.RETENTION_BYTES_CONFIG, NO_LIMIT);
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
    makeIfMissing(
        admin,
        new NewTopic(name, partitions, (short) config.replicationFactor()).configs(settings));
  }

  /** Makes a topic where it is missing: who may not make any can use those that are there. */
  static void makeIfMissing(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      admin
          .describeTopics(List.of(topic.name()))
          .allTopicNames()
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
      make(admin, topic);
    }
  }

  private static void make(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      admin.createTopics(List.of(topic)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /**
   * Looks at the topics as they are; fails with an {@link UnknownTopicOrPartitionException} that
   * names the topic where one is not there.
   */
  static CompletionStage<Found> find(Admin admin, KafkaConfig config) {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(List.of(REVOCATIONS, CREDENTIALS)).topicNameValues();
    CompletionStage<Map<ConfigResource, Config>> settings =
        admin
            .describeConfigs(List.of(resource(REVOCATIONS), resource(CREDENTIALS)))
            .all()
            .toCompletionStage();
    CompletionStage<Long> start =
        offset(admin, OffsetSpec.earliest())
            .toCompletionStage()
            .thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset);
    return described(described, REVOCATIONS)
        .thenCombine(
            described(described, CREDENTIALS),
            (revocations, credentials) -> List.of(revocations, credentials))
        .thenCombine(settings, (topics, all) -> found(config, topics, all))
        .thenCombine(start, Topics::beginningAt);
  }

  private static CompletionStage<TopicDescription> described(
      Map<String, KafkaFuture<TopicDescription>> topics, String name) {
    KafkaFuture<TopicDescription> topic = Objects.requireNonNull(topics.get(name));
    return topic
        .toCompletionStage()
        .exceptionally(
            error -> {
              Throwable cause = error instanceof CompletionException ? error.getCause() : error;
              throw cause instanceof UnknownTopicOrPartitionException
                  ? new UnknownTopicOrPartitionException("the topic " + name + " is gone")
                  : new CompletionException(cause);
            });
  }

  private static Found found(
      KafkaConfig config, List<TopicDescription> topics, Map<ConfigResource, Config> settings) {
    List<Weakness> weaknesses = new ArrayList<>();
    for (TopicDescription topic : topics) {
      verify(config, topic, settings.get(resource(topic.name())), weaknesses);
    }
    TopicDescription revocations = topics.get(0);
    TopicDescription credentials = topics.get(1);
    int logPartitions = revocations.partitions().size();
    if (logPartitions != 1) {
      weaknesses.add(
          weaker(REVOCATIONS + " has " + logPartitions + " partitions, and must have 1"));
    }
    return new Found(
        new Ids(
            id(revocations.topicId()), id(credentials.topicId()), credentials.partitions().size()),
        weaknesses);
  }

  /** Compaction leaves a log's beginning where it is: only what deletes moves it. */
  private static Found beginningAt(Found found, long start) {
    if (start == 0) {
      return found;
    }
    List<Weakness> weaknesses = new ArrayList<>(found.weaknesses());
    weaknesses.add(
        new Weakness(
            true,
            REVOCATIONS
                + " begins at position "
                + start
                + ": the facts before it were deleted, and what they revoked is not known"));
    return new Found(found.ids(), weaknesses);
  }

  private static void verify(
      KafkaConfig config,
      TopicDescription topic,
      @Nullable Config settings,
      List<Weakness> weaknesses) {
    String name = topic.name();
    int replicas =
        topic.partitions().stream().mapToInt(one -> one.replicas().size()).min().orElse(0);
    if (replicas < config.replicationFactor()) {
      weaknesses.add(
          weaker(
              name
                  + " has "
                  + replicas
                  + " replicas, fewer than kafka.replication_factor "
                  + config.replicationFactor()));
    }
    String policy = value(settings, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      weaknesses.add(
          new Weakness(
              policy.contains(TopicConfig.CLEANUP_POLICY_DELETE),
              name + " has cleanup.policy " + policy + ", and must have compact"));
    }
    for (String retention :
        List.of(TopicConfig.RETENTION_MS_CONFIG, TopicConfig.RETENTION_BYTES_CONFIG)) {
      String limit = value(settings, retention);
      if (!limit.equals(NO_LIMIT)) {
        weaknesses.add(weaker(name + " has " + retention + " " + limit + ", and must have -1"));
      }
    }
    String inSync = value(settings, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    if (!inSync.matches("[0-9]{1,6}") || Integer.parseInt(inSync) < config.minInsyncReplicas()) {
      weaknesses.add(
          weaker(
              name
                  + " has min.insync.replicas "
                  + inSync
                  + ", fewer than kafka.min_insync_replicas "
                  + config.minInsyncReplicas()));
    }
    if (!value(settings, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG).equals("false")) {
      weaknesses.add(weaker(name + " has unclean.leader.election.enable, and must not"));
    }
    if (name.equals(REVOCATIONS)) {
      verifyLog(settings, weaknesses);
    }
  }

  private static void verifyLog(@Nullable Config settings, List<Weakness> weaknesses) {
    String clock = value(settings, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    if (!clock.equals(LOG_CLOCK)) {
      weaknesses.add(
          weaker(
              REVOCATIONS
                  + " has message.timestamp.type "
                  + clock
                  + ", and must have "
                  + LOG_CLOCK));
    }
    String lag = value(settings, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG);
    if (!lag.matches("[0-9]{1,18}") || Long.parseLong(lag) < MIN_COMPACTION_LAG.toMillis()) {
      weaknesses.add(
          weaker(
              REVOCATIONS
                  + " has min.compaction.lag.ms "
                  + lag
                  + ", and must have at least "
                  + MIN_COMPACTION_LAG.toMillis()));
    }
  }

  private static Weakness weaker(String text) {
    return new Weakness(false, text);
  }

  /** All of them in one text. */
  public static String said(List<Weakness> weaknesses) {
    return weaknesses.stream().map(Weakness::text).collect(Collectors.joining("; "));
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
