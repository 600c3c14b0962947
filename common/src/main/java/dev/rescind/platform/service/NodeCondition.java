package dev.rescind.platform.service;

import dev.rescind.freshness.NodeState;
import dev.rescind.log.Quarantine;
import dev.rescind.platform.kafka.BarrierWriter;
import dev.rescind.platform.kafka.LogFeed;
import dev.rescind.platform.kafka.TopicWatch;
import dev.rescind.platform.kafka.Topics;
import dev.rescind.platform.management.Health;
import dev.rescind.replica.Replica;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there is to say of how a node is: in the log, to load balancers, and as metrics. */
final class NodeCondition {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCondition.class);

  /** Why a node went stale. */
  enum StaleCause {
    /** What was read cannot be trusted, until the process is started anew. */
    DISTRUSTED,
    /** The topics can lose facts. */
    TOPICS,
    /** A peer signs with a key that this node does not have. */
    PEER_KEY,
    /** The log cannot be read. */
    READING,
    /** No barrier can be written. */
    WRITING,
    /** Nothing failed, and no barrier came back in time. */
    NO_BARRIER
  }

  private final String node;
  private final NodeStatus status;
  private final Replica replica;
  private final LogFeed feed;
  private final BarrierWriter barriers;
  private final TopicWatch topics;
  private final QuarantineAlarm quarantined = new QuarantineAlarm();
  private final Map<StaleCause, LongAdder> episodes = new EnumMap<>(StaleCause.class);
  private final List<Supplier<List<String>>> heeded = new CopyOnWriteArrayList<>();
  private NodeState told = NodeState.STARTING;

  NodeCondition(String node, NodeStatus status, Replica replica, Sources sources) {
    this.node = node;
    this.status = status;
    this.replica = replica;
    this.feed = sources.feed();
    this.barriers = sources.barriers();
    this.topics = sources.topics();
    for (StaleCause cause : StaleCause.values()) {
      episodes.put(cause, new LongAdder());
    }
    replica.addListener(quarantined);
  }

  /** Who knows what fails. */
  record Sources(LogFeed feed, BarrierWriter barriers, TopicWatch topics) {}

  /** Passes on the warnings of whoever has some. */
  void heed(Supplier<List<String>> warnings) {
    heeded.add(warnings);
  }

  /**
   * Says what has changed since the last time; decides nothing: the state is computed when read.
   */
  void tell(long nowNanos) {
    quarantined.tell(nowNanos);
    NodeState now = status.state();
    if (now == told) {
      return;
    }
    String why = String.join("; ", reasons(now));
    if (now == NodeState.STALE) {
      Objects.requireNonNull(episodes.get(staleCause())).increment();
      LOG.warn("{} is {}, and no longer {}: {}", node, now, told, why);
    } else {
      LOG.info("{} is {}, and no longer {}{}", node, now, told, why.isEmpty() ? "" : ": " + why);
    }
    told = now;
  }

  private StaleCause staleCause() {
    if (replica.distrusted() != null) {
      return StaleCause.DISTRUSTED;
    }
    if (replica.suspended() != null) {
      return StaleCause.TOPICS;
    }
    if (replica.doubt() != null) {
      return StaleCause.PEER_KEY;
    }
    if (feed.lastError() != null) {
      return StaleCause.READING;
    }
    return barriers.lastError() != null ? StaleCause.WRITING : StaleCause.NO_BARRIER;
  }

  Health health() {
    NodeState state = status.state();
    long staleness = status.stalenessMillis();
    return new Health(
        state == NodeState.SERVING,
        state.name(),
        new Health.View(
            staleness == Long.MAX_VALUE ? null : staleness,
            replica.bound().toDuration().toMillis(),
            replica.position()),
        reasons(state),
        warnings());
  }

  /** Why the node does not serve; empty where it does. */
  private List<String> reasons(NodeState state) {
    List<String> reasons = new ArrayList<>();
    if (state == NodeState.SERVING) {
      return reasons;
    }
    if (state == NodeState.DRAINING || state == NodeState.STOPPED) {
      return List.of("the node was told to stop");
    }
    String missing = status.missing();
    if (!missing.isEmpty()) {
      reasons.add("not there yet: " + missing);
    }
    String doubt = replica.doubt();
    long staleness = status.stalenessMillis();
    if (doubt != null) {
      reasons.add(doubt);
    } else if (staleness == Long.MAX_VALUE) {
      reasons.add("no barrier of this node has come back yet");
    } else if (staleness > replica.bound().toDuration().toMillis()) {
      reasons.add(
          "no barrier came back for %d ms, and the bound is %d ms"
              .formatted(staleness, replica.bound().toDuration().toMillis()));
    }
    addError(reasons, "the log cannot be read", feed.lastError());
    addError(reasons, "no barrier can be written", barriers.lastError());
    addError(reasons, "the topics cannot be looked at", topics.lastError());
    return reasons;
  }

  private static void addError(List<String> reasons, String what, @Nullable String error) {
    if (error != null) {
      reasons.add(what + ": " + error);
    }
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    topics.weaknesses().forEach(weakness -> warnings.add(weakness.text()));
    warnings.addAll(quarantined.warnings());
    if (replica.postponedLifts() > 0) {
      warnings.add(replica.postponedLifts() + " lifts are put off, because too many were forged");
    }
    heeded.forEach(one -> warnings.addAll(one.get()));
    return warnings;
  }

  void register(MeterRegistry registry) {
    for (NodeState state : NodeState.values()) {
      Gauge.builder("rescind.node.state", status, one -> one.state() == state ? 1 : 0)
          .description("1 for the state that the node is in")
          .tag("state", state.name())
          .register(registry);
    }
    episodes.forEach(
        (cause, count) ->
            FunctionCounter.builder("rescind.node.stale.episodes", count, LongAdder::sum)
                .description("How often the node went stale, by why")
                .tag("reason", cause.name().toLowerCase(Locale.ROOT))
                .register(registry));
    for (Quarantine cause : Quarantine.values()) {
      FunctionCounter.builder("rescind.log.quarantined", replica, one -> one.quarantined(cause))
          .description("Records of the log that were passed over, by why")
          .tag("cause", cause.wireName())
          .register(registry);
    }
    Gauge.builder("rescind.log.lifts.postponed", replica, Replica::postponedLifts)
        .description("Lifts that are put off, because too many were forged")
        .register(registry);
    for (boolean losing : new boolean[] {false, true}) {
      Gauge.builder("rescind.topic.weaknesses", topics, one -> count(one, losing))
          .description("What the topics do not promise as they must")
          .tag("kind", losing ? "losing" : "weaker")
          .register(registry);
    }
  }

  private static long count(TopicWatch watch, boolean losing) {
    return watch.weaknesses().stream()
        .map(Topics.Weakness::losing)
        .filter(is -> is == losing)
        .count();
  }
}
