package dev.rescind.platform.service;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.grid.CredentialGrid;
import dev.rescind.platform.grid.GridNode;
import dev.rescind.platform.grid.GridProgress;
import dev.rescind.platform.grid.Seal;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.kafka.BarrierWriter;
import dev.rescind.platform.kafka.LogFeed;
import dev.rescind.platform.kafka.LogWriter;
import dev.rescind.platform.kafka.TopicWatch;
import dev.rescind.platform.kafka.Topics;
import dev.rescind.replica.IndexSweep;
import dev.rescind.replica.Replica;
import dev.rescind.replica.SweepClock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both services are made of: the view of the log with its feed and barriers, the issuers' keys
 * and the callers. Started in order, closed in reverse.
 */
public final class ServiceCore {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceCore.class);
  private static final long TELL_MILLIS = 50;

  /** A registration is worth waiting for, and may come with a thousand others. */
  private static final Duration PUBLISHERS_DEADLINE = Duration.ofSeconds(4);

  private final ServiceConfig config;
  private final Vertx vertx;
  private final MacKeys macKeys;
  private final Topics.Ids topics;
  private final Replica replica;
  private final NodeStatus status;
  private final ClockWatch clocks;
  private final IndexSweep sweep;
  private final LogFeed feed;
  private final LogWriter log;
  private final BarrierWriter barriers;
  private final List<TopicWatch> watches;
  private final GridNode gridNode;
  private final CredentialGrid grid;
  private final GridProgress gridProgress;
  private final Issuers issuers;
  private final CallerAuthenticator authenticator;
  private final PositionHeader positions;
  private volatile NodeState told = NodeState.STARTING;
  private volatile long telling = -1;

  /**
   * Builds the parts; nothing is started yet.
   *
   * @param topics the ids of the topics, which exist
   * @param gridNode this process's way into the grid
   * @param introspects whether the node answers introspection
   */
  public ServiceCore(
      ServiceConfig config,
      Vertx vertx,
      Topics.Ids topics,
      GridNode gridNode,
      boolean introspects) {
    this.config = config;
    this.vertx = vertx;
    this.topics = topics;
    this.gridNode = gridNode;
    Map<String, Object> client = config.kafka().clientProperties();
    macKeys = config.logKeys().toMacKeys();
    RecordCodec codec = new RecordCodec(macKeys);
    replica = new Replica(codec, config.freshness().bound());
    status = new NodeStatus(replica, System::nanoTime);
    clocks = new ClockWatch(replica, InstantSource.system(), System::nanoTime);
    replica.addListener(clocks);
    sweep =
        new IndexSweep(
            replica,
            new SweepClock(replica, config.sweep().margin()),
            config.sweep().interval(),
            InstantSource.system(),
            System::nanoTime);
    feed = new LogFeed(vertx, replica, this::sweepIndex, Topics.REVOCATIONS, client);
    log = new LogWriter(vertx, codec, Topics.REVOCATIONS, client);
    Barrier.Writer self =
        new Barrier.Writer(config.node().name(), config.url(), Version.CURRENT, introspects);
    barriers = new BarrierWriter(vertx, replica, log, self, status::state);
    watches =
        List.of(
            new TopicWatch(vertx, client, Topics.REVOCATIONS, topics.revocations(), this::distrust),
            new TopicWatch(
                vertx, client, Topics.CREDENTIALS, topics.credentials(), this::distrust));
    grid =
        new CredentialGrid(
            vertx,
            gridNode,
            seal(config),
            topics.credentialsPartitions(),
            introspects ? config.grid().readDeadline() : PUBLISHERS_DEADLINE);
    gridProgress = new GridProgress(vertx, grid);
    issuers = new Issuers(vertx, config.issuers(), System::nanoTime);
    authenticator =
        new CallerAuthenticator(
            vertx, config.identities().stream().map(IdentityConfig::toIdentity).toList());
    positions = new PositionHeader(topics.revocations(), macKeys);
  }

  private void sweepIndex() {
    int dropped = sweep.step();
    if (dropped > 0) {
      LOG.info("{} facts that are over were dropped from the index", dropped);
    }
  }

  /** What seals and opens the values of the grid. */
  public static Seal seal(ServiceConfig config) {
    return new Seal(
        config.grid().sealKeys().stream()
            .map(key -> new Seal.Key(key.id(), key.secret().bytes()))
            .toList());
  }

  private void distrust(String cause) {
    if (replica.distrusted() == null) {
      LOG.error("{}: this node no longer answers until it is started anew", cause);
    }
    replica.distrust(cause);
  }

  /** Begins to read the log and to prove it. */
  public void start() {
    AtomicBoolean keysTried = new AtomicBoolean();
    status.need("issuers' keys", keysTried::get);
    issuers.start().onComplete(done -> keysTried.set(true));
    status.need("grid", grid::isLoaded);
    gridProgress.start();
    feed.start();
    barriers.start();
    watches.forEach(TopicWatch::start);
    status.started();
    told = status.state();
    telling = vertx.setPeriodic(TELL_MILLIS, tick -> tellState());
  }

  /** Says in the log what the node has become, and why. */
  private void tellState() {
    NodeState now = status.state();
    if (now == told) {
      return;
    }
    String doubt = replica.doubt();
    String why = doubt == null ? "" : ": " + doubt;
    if (now == NodeState.STALE) {
      LOG.warn(
          "{} is {}, and no longer {}; the last proof of freshness is {} ms old, the bound {} ms{}",
          config.node().name(),
          now,
          told,
          status.stalenessMillis() == Long.MAX_VALUE ? "?" : status.stalenessMillis(),
          replica.bound().toDuration().toMillis(),
          why);
    } else {
      LOG.info("{} is {}, and no longer {}{}", config.node().name(), now, told, why);
    }
    told = now;
  }

  /** Says that no new work is taken. */
  public void drain() {
    status.draining();
  }

  /** Tells the others, and ends what was started. */
  public void close() {
    vertx.cancelTimer(telling);
    status.stopped();
    barriers.stop();
    try {
      barriers.write().await(1, TimeUnit.SECONDS);
    } catch (Exception e) {
      LOG.info("The last barrier was not written: {}", e.toString());
    }
    watches.forEach(TopicWatch::close);
    gridProgress.close();
    feed.close();
    issuers.close();
    Future<Void> closed = log.close();
    try {
      closed.await(2, TimeUnit.SECONDS);
    } catch (Exception e) {
      LOG.info("The log's writer did not close in time: {}", e.toString());
    }
  }

  /** Shows the feed's counts, the staleness and the position as metrics. */
  public void register(MeterRegistry registry) {
    counted(registry, "applied", Replica.Counts::applied);
    counted(registry, "duplicate", Replica.Counts::duplicate);
    counted(registry, "barrier", Replica.Counts::barrier);
    counted(registry, "tombstone", Replica.Counts::tombstone);
    counted(registry, "quarantined", Replica.Counts::quarantined);
    counted(registry, "not_understood", Replica.Counts::notUnderstood);
    FunctionCounter.builder("rescind.log.records.read", replica, one -> one.counts().read())
        .description("Records read from the log: the sum of all outcomes")
        .register(registry);
    FunctionCounter.builder("rescind.log.read.failures", feed, LogFeed::failures)
        .description("How often reading the log failed")
        .register(registry);
    Gauge.builder("rescind.log.position", replica, Replica::position)
        .description("The position up to which the log is applied, or -1")
        .register(registry);
    FunctionCounter.builder("rescind.sweep.facts", sweep, IndexSweep::swept)
        .description("Facts that were over and were dropped from the index")
        .register(registry);
    Gauge.builder("rescind.clock.offset.seconds", clocks, ClockWatch::offsetSeconds)
        .description("This node's clock minus the log's, as of the last barrier read while fresh")
        .register(registry);
    Gauge.builder(
            "rescind.staleness.seconds",
            status,
            one ->
                one.stalenessMillis() == Long.MAX_VALUE
                    ? Double.POSITIVE_INFINITY
                    : one.stalenessMillis() / 1_000.0)
        .description("How old the last proof of freshness is")
        .register(registry);
    FunctionCounter.builder("rescind.grid.missed", grid, CredentialGrid::missedDeadlines)
        .description("Reads and writes of the grid that failed or were not waited for")
        .register(registry);
    FunctionCounter.builder("rescind.grid.unreadable", grid, CredentialGrid::unreadable)
        .description("Values of the grid that no key of this node opens")
        .register(registry);
    Gauge.builder("rescind.grid.credentials", grid, CredentialGrid::size)
        .description("Credentials that are registered, as last counted")
        .register(registry);
    Gauge.builder("rescind.grid.members", gridNode, GridNode::members)
        .description("Members of the grid, as this node sees it")
        .register(registry);
    for (NodeState state : NodeState.values()) {
      Gauge.builder("rescind.node.state", status, one -> one.state() == state ? 1 : 0)
          .description("1 for the state that the node is in")
          .tag("state", state.name())
          .register(registry);
    }
  }

  private interface Count {
    long of(Replica.Counts counts);
  }

  private void counted(MeterRegistry registry, String outcome, Count count) {
    FunctionCounter.builder("rescind.log.records", replica, one -> count.of(one.counts()))
        .description("Records read from the log by what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  public ServiceConfig config() {
    return config;
  }

  public Vertx vertx() {
    return vertx;
  }

  public MacKeys macKeys() {
    return macKeys;
  }

  public Topics.Ids topics() {
    return topics;
  }

  public Replica replica() {
    return replica;
  }

  public NodeStatus status() {
    return status;
  }

  public LogFeed feed() {
    return feed;
  }

  public LogWriter log() {
    return log;
  }

  public BarrierWriter barriers() {
    return barriers;
  }

  public GridNode gridNode() {
    return gridNode;
  }

  public CredentialGrid grid() {
    return grid;
  }

  public GridProgress gridProgress() {
    return gridProgress;
  }

  public Issuers issuers() {
    return issuers;
  }

  public CallerAuthenticator authenticator() {
    return authenticator;
  }

  public PositionHeader positions() {
    return positions;
  }
}
