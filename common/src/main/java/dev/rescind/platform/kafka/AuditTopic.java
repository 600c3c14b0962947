package dev.rescind.platform.kafka;

import dev.rescind.platform.config.KafkaConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** The topic of the audit: one partition, to which is only ever added; of publishers alone. */
public final class AuditTopic {
  public static final String NAME = "rescind.audit";

  private static final long LIMIT_SECONDS = 5;
  private static final ConfigResource RESOURCE =
      new ConfigResource(ConfigResource.Type.TOPIC, NAME);

  private AuditTopic() {}

  /** Makes the topic where it is missing, and looks at its real settings. */
  public static void ensure(KafkaConfig config)
      throws Topics.UnreachableException, Topics.UnfitException {
    Admin admin = Admin.create(Topics.adminProperties(config));
    try {
      create(admin, config);
      TopicDescription topic =
          admin
              .describeTopics(List.of(NAME))
              .allTopicNames()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS)
              .get(NAME);
      Config settings =
          admin
              .describeConfigs(List.of(RESOURCE))
              .all()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS)
              .get(RESOURCE);
      List<String> problems = problems(config, topic, settings);
      if (!problems.isEmpty()) {
        throw new Topics.UnfitException(String.join("; ", problems));
      }
    } catch (ExecutionException e) {
      throw Topics.unreachableOr(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new Topics.UnreachableException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Topics.UnreachableException(e);
    } finally {
      admin.close(Duration.ofSeconds(1));
    }
  }

  private static void create(Admin admin, KafkaConfig config)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, String> settings = new HashMap<>(required());
    settings.put(
        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(config.minInsyncReplicas()));
    Topics.makeIfMissing(
        admin, new NewTopic(NAME, 1, (short) config.replicationFactor()).configs(settings));
  }

  private static Map<String, String> required() {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
        TopicConfig.RETENTION_MS_CONFIG, "-1",
        TopicConfig.RETENTION_BYTES_CONFIG, "-1",
        TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
  }

  private static List<String> problems(
      KafkaConfig config, @Nullable TopicDescription topic, @Nullable Config settings) {
    List<String> problems = new ArrayList<>();
    if (topic == null || topic.partitions().size() != 1) {
      problems.add(NAME + " must have 1 partition");
    } else if (topic.partitions().get(0).replicas().size() < config.replicationFactor()) {
      problems.add(
          NAME + " has fewer replicas than kafka.replication_factor " + config.replicationFactor());
    }
    required()
        .forEach(
            (name, must) -> {
              String value = value(settings, name);
              if (!value.equals(must)) {
                problems.add(NAME + " has " + name + " " + value + ", and must have " + must);
              }
            });
    String inSync = value(settings, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    if (!inSync.matches("[0-9]{1,6}") || Integer.parseInt(inSync) < config.minInsyncReplicas()) {
      problems.add(
          NAME
              + " has min.insync.replicas "
              + inSync
              + ", fewer than kafka.min_insync_replicas "
              + config.minInsyncReplicas());
    }
    return problems;
  }

  private static String value(@Nullable Config settings, String name) {
    return settings == null || settings.get(name) == null
        ? "?"
        : String.valueOf(settings.get(name).value());
  }
}
