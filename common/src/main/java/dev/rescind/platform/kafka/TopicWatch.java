package dev.rescind.platform.kafka;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second whether the log's topic is still the one that was read: a topic that was
 * deleted and made anew holds none of the facts, though its records can be read and written.
 */
public final class TopicWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final long PERIOD_MILLIS = 1_000;

  private final Vertx vertx;
  private final Admin admin;
  private final String topic;
  private final UUID id;
  private final Consumer<String> changed;
  private final DistinctErrors errors = new DistinctErrors(LOG, "looking at the log's topic");
  private final AtomicBoolean looking = new AtomicBoolean();
  private long timer = -1;

  /**
   * @param id of the topic that was read
   * @param changed told why, once or more often, when it is no longer that
   */
  public TopicWatch(
      Vertx vertx,
      Map<String, ?> clientProperties,
      String topic,
      UUID id,
      Consumer<String> changed) {
    this.vertx = vertx;
    this.topic = topic;
    this.id = id;
    this.changed = changed;
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3_000);
    properties.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 20);
    properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    this.admin = Admin.create(properties);
  }

  public void start() {
    timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> look());
  }

  private void look() {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    Future.fromCompletionStage(
            admin.describeTopics(List.of(topic)).allTopicNames().toCompletionStage())
        .map(described -> described.get(topic))
        .onComplete(
            described -> {
              looking.set(false);
              TopicDescription description = described.result();
              if (description != null) {
                errors.over();
                compare(description);
              } else if (described.cause() instanceof UnknownTopicOrPartitionException) {
                changed.accept("the topic " + topic + " is gone");
              } else {
                errors.happened(described.cause());
              }
            });
  }

  private void compare(TopicDescription description) {
    UUID now =
        new UUID(
            description.topicId().getMostSignificantBits(),
            description.topicId().getLeastSignificantBits());
    if (!now.equals(id)) {
      changed.accept("the topic " + topic + " was deleted and made anew");
    }
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
    admin.close(Duration.ofSeconds(1));
  }
}
