package dev.rescind.platform.kafka;

import dev.rescind.platform.config.KafkaConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second whether the topics are still those that were read, and still promise what
 * they must. A topic that was deleted and made anew holds none of the facts, though its records can
 * be read and written; one that was made weaker acknowledges what it may lose.
 */
public final class TopicWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
  private static final long PERIOD_MILLIS = 1_000;

  /** After a look that failed: what was not seen for long is written to again as soon as it is. */
  private static final long RETRY_MILLIS = 200;

  /** A topic is gone when this is said so often in a row: one broker may be behind. */
  private static final int TIMES_GONE = 2;

  /** What was not looked at for so long may have become anything. */
  private static final Duration MAX_UNSEEN = Duration.ofSeconds(10);

  /** Told of what was found. */
  public interface Listener {
    /** A topic is not the one that was read; told once or more often. */
    void replaced(String cause);

    /** What is wrong with the topics has changed; nothing is, where it is empty. */
    void weaknesses(List<Topics.Weakness> weaknesses);
  }

  private final Vertx vertx;
  private final Admin admin;
  private final KafkaConfig config;
  private final Topics.Ids ids;
  private final LongSupplier nanoClock;
  private final Listener listener;
  private final DistinctErrors errors = new DistinctErrors(LOG, "looking at the topics");
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile List<Topics.Weakness> weaknesses = List.of();
  private volatile long seenAtNanos;
  private volatile @Nullable String replaced;
  private volatile boolean closed;
  private int gone;
  private long timer = -1;

  /**
   * @param ids of the topics that were read
   * @param nanoClock monotonic
   */
  public TopicWatch(
      Vertx vertx, KafkaConfig config, Topics.Ids ids, LongSupplier nanoClock, Listener listener) {
    this.vertx = vertx;
    this.config = config;
    this.ids = ids;
    this.nanoClock = nanoClock;
    this.listener = listener;
    this.seenAtNanos = nanoClock.getAsLong();
    Map<String, Object> properties = Topics.adminProperties(config);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3_000);
    properties.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    this.admin = Admin.create(properties);
  }

  public void start() {
    timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> look());
  }

  /** What is wrong with the topics, as last seen. */
  public List<Topics.Weakness> weaknesses() {
    return weaknesses;
  }

  /** Why what is acknowledged now may not last; null while it does as promised. */
  public @Nullable String whyNotDurable() {
    String other = replaced;
    if (other != null) {
      return other;
    }
    List<Topics.Weakness> seen = weaknesses;
    if (!seen.isEmpty()) {
      return "the topics do not promise what they must: " + Topics.said(seen);
    }
    return nanoClock.getAsLong() - seenAtNanos > MAX_UNSEEN.toNanos()
        ? "the topics' settings were not to be read for " + MAX_UNSEEN.toSeconds() + " s"
        : null;
  }

  /** What the last look failed with; null when it did not. */
  public @Nullable String lastError() {
    return errors.last();
  }

  private void look() {
    if (closed || !looking.compareAndSet(false, true)) {
      return;
    }
    Future.fromCompletionStage(Topics.find(admin, config), vertx.getOrCreateContext())
        .onComplete(
            found -> {
              looking.set(false);
              if (found.succeeded()) {
                errors.over();
                gone = 0;
                seen(found.result());
              } else {
                failed(found.cause());
              }
            });
  }

  private void failed(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (!(cause instanceof UnknownTopicOrPartitionException)) {
      errors.happened(cause);
      vertx.setTimer(RETRY_MILLIS, tick -> look());
      return;
    }
    gone++;
    if (gone >= TIMES_GONE) {
      replaced(String.valueOf(cause.getMessage()));
    }
  }

  private void seen(Topics.Found found) {
    compare(Topics.REVOCATIONS, ids.revocations(), found.ids().revocations());
    compare(Topics.CREDENTIALS, ids.credentials(), found.ids().credentials());
    List<Topics.Weakness> now = new ArrayList<>(found.weaknesses());
    if (found.ids().credentialsPartitions() != ids.credentialsPartitions()) {
      now.add(
          new Topics.Weakness(
              false,
              "%s has %d partitions, and had %d: nodes look for credentials in the wrong ones"
                  .formatted(
                      Topics.CREDENTIALS,
                      found.ids().credentialsPartitions(),
                      ids.credentialsPartitions())));
    }
    seenAtNanos = nanoClock.getAsLong();
    if (!now.equals(weaknesses)) {
      weaknesses = List.copyOf(now);
      listener.weaknesses(weaknesses);
    }
  }

  private void compare(String topic, UUID read, UUID now) {
    if (!now.equals(read)) {
      replaced("the topic " + topic + " was deleted and made anew");
    }
  }

  private void replaced(String cause) {
    replaced = cause;
    listener.replaced(cause);
  }

  @Override
  public void close() {
    closed = true;
    vertx.cancelTimer(timer);
    admin.close(Duration.ofSeconds(1));
  }
}
