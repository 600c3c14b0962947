package dev.rescind.platform.service;

import dev.rescind.freshness.Barrier;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.platform.checkpoint.CheckpointWriter;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.HttpConfig;
import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.RateConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.grid.CredentialGrid;
import dev.rescind.platform.grid.GridNode;
import dev.rescind.platform.grid.GridOnceOnly;
import dev.rescind.platform.grid.GridProgress;
import dev.rescind.platform.grid.Seal;
import dev.rescind.platform.http.HttpListener;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.kafka.BarrierWriter;
import dev.rescind.platform.kafka.LogFeed;
import dev.rescind.platform.kafka.LogWriter;
import dev.rescind.platform.kafka.TopicWatch;
import dev.rescind.platform.kafka.Topics;
import dev.rescind.platform.management.Health;
import dev.rescind.platform.management.IndexView;
import dev.rescind.platform.throttle.Rate;
import dev.rescind.platform.throttle.Throttle;
import dev.rescind.replica.IndexSweep;
import dev.rescind.replica.Replica;
import dev.rescind.replica.SweepClock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
  private final RecordCodec codec;
  private final Topics.Ids topics;
  private final Replica replica;
  private final Optional<CheckpointWriter> checkpoints;
  private final NodeStatus status;
  private final ClockWatch clocks;
  private final IndexSweep sweep;
  private final LogFeed feed;
  private final LogWriter log;
  private final BarrierWriter barriers;
  private final TopicWatch topicWatch;
  private final NodeCondition condition;
  private final GridNode gridNode;
  private final CredentialGrid grid;
  private final GridProgress gridProgress;
  private final Issuers issuers;
  private final GridOnceOnly once;
  private final Callers callers;
  private final Throttle throttle;
  private final CallerAuthenticator authenticator;
  private final ExpiringSecrets expiring;
  private final PositionHeader positions;
  private final ConfigReload reload;
  private final WorkerExecutor reloading;
  private volatile long telling = -1;
  private volatile long looking = -1;

  /**
   * Builds the parts; nothing is started yet.
   *
   * @param topics the ids of the topics, which exist
   * @param gridNode this process's way into the grid
   * @param start what the view of the log begins with
   * @param introspects whether the node answers introspection
   */
  public ServiceCore(
      ConfigSource source,
      Vertx vertx,
      Topics.Ids topics,
      GridNode gridNode,
      Replica.Start start,
      boolean introspects) {
    config = source.config();
    this.vertx = vertx;
    this.topics = topics;
    this.gridNode = gridNode;
    Map<String, Object> client = config.kafka().clientProperties();
    macKeys = config.logKeys().toMacKeys();
    codec = new RecordCodec(macKeys, config.logKeys().toLiftKeys());
    replica = new Replica(codec, config.freshness().bound(), start);
    checkpoints =
        StartingPoint.file(config, introspects)
            .map(
                file ->
                    new CheckpointWriter(
                        file, topics.revocations(), replica, config.index().checkpointInterval()));
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
    topicWatch =
        new TopicWatch(
            vertx,
            config.kafka(),
            topics,
            System::nanoTime,
            new TopicWatch.Listener() {
              @Override
              public void replaced(String cause) {
                distrust(cause);
              }

              @Override
              public void weaknesses(List<Topics.Weakness> weaknesses) {
                follow(weaknesses);
              }
            });
    log = new LogWriter(vertx, codec, Topics.REVOCATIONS, client, topicWatch::whyNotDurable);
    Barrier.Writer self =
        new Barrier.Writer(config.node().name(), config.url(), Version.CURRENT, introspects);
    barriers = new BarrierWriter(vertx, replica, log, self, status::state);
    condition =
        new NodeCondition(
            config.node().name(),
            status,
            replica,
            new NodeCondition.Sources(feed, barriers, topicWatch));
    grid =
        new CredentialGrid(
            vertx,
            gridNode,
            seal(config),
            topics.credentialsPartitions(),
            introspects ? config.grid().readDeadline() : PUBLISHERS_DEADLINE);
    gridProgress = new GridProgress(vertx, grid);
    issuers = new Issuers(vertx, config.issuers(), System::nanoTime, config.outbound().listed());
    once =
        new GridOnceOnly(
            vertx,
            gridNode,
            introspects ? config.grid().readDeadline() : PUBLISHERS_DEADLINE,
            System::nanoTime);
    callers =
        new Callers(
            new Callers.Parts(
                vertx,
                config.outbound().listed(),
                issuers,
                replica,
                once,
                introspects ? "/introspect" : "/revoke"));
    Callers.Methods methods = callers.methods(config);
    throttle =
        new Throttle(
            (introspects ? config.throttle().introspections() : config.throttle().writes())
                .toRate(),
            config.throttle().strangers().toRate(),
            System::nanoTime);
    throttle.configure(rates(config));
    authenticator = new CallerAuthenticator(methods.shown(), methods.implied(), throttle);
    expiring = new ExpiringSecrets(config.identities(), InstantSource.system());
    positions = new PositionHeader(topics.revocations(), macKeys);
    reload =
        new ConfigReload(
            source,
            new ConfigReload.Target() {
              @Override
              public void configure(ServiceConfig next) {
                follow(next);
              }

              @Override
              public void keysChanged() {
                issuers.refreshFiles();
              }
            });
    reloading = vertx.createSharedWorkerExecutor("rescind-config", 1);
  }

  /** Puts callers and issuers into force as they are configured now. */
  private void follow(ServiceConfig next) {
    Callers.Methods methods = callers.methods(config.withCallersOf(next));
    issuers.configure(next.issuers());
    authenticator.configure(methods.shown(), methods.implied());
    throttle.configure(rates(next));
    expiring.configure(next.identities());
  }

  /** Each caller's own rate, or else that of all callers. */
  private Map<String, Rate> rates(ServiceConfig next) {
    Map<String, Rate> rates = new HashMap<>();
    for (IdentityConfig identity : next.identities()) {
      RateConfig own = identity.rate();
      Rate rate = (own == null ? config.throttle().caller() : own).toRate();
      if (rate != null) {
        rates.put(identity.clientId(), rate);
      }
    }
    return rates;
  }

  private void sweepIndex() {
    int dropped = sweep.step();
    if (dropped > 0) {
      LOG.info("{} facts that are over, or lifted, were dropped from the index", dropped);
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

  /**
   * A topic that can lose facts cannot be built upon: what it holds now may be less than what was
   * acknowledged, and a node that starts would not see it. One that is less durable still holds all
   * of it: that is for publishers to act on.
   */
  private void follow(List<Topics.Weakness> weaknesses) {
    if (weaknesses.isEmpty()) {
      LOG.info("The topics promise what they must again");
    }
    for (Topics.Weakness weakness : weaknesses) {
      if (weakness.losing()) {
        LOG.error("{}: this node does not answer until that is mended", weakness.text());
      } else {
        LOG.error("{}: publishers acknowledge nothing until that is mended", weakness.text());
      }
    }
    List<Topics.Weakness> losing = weaknesses.stream().filter(Topics.Weakness::losing).toList();
    if (losing.isEmpty()) {
      replica.resume();
    } else {
      replica.suspend(Topics.said(losing));
    }
  }

  /** Begins to read the log and to prove it. */
  public void start() {
    AtomicBoolean keysTried = new AtomicBoolean();
    status.need("issuers' keys", keysTried::get);
    issuers.start().onComplete(done -> keysTried.set(true));
    status.need("grid", () -> grid.isLoaded() && once.isReady());
    gridProgress.start();
    var unused = once.start();
    feed.start();
    checkpoints.ifPresent(CheckpointWriter::start);
    barriers.start();
    topicWatch.start();
    status.started();
    looking =
        vertx.setPeriodic(
            config.reload().interval().toMillis(),
            tick ->
                reloading
                    .executeBlocking(
                        () -> {
                          reload.look();
                          expiring.tell();
                          return true;
                        })
                    .onFailure(error -> LOG.error("The configuration was not looked at", error)));
    telling = vertx.setPeriodic(TELL_MILLIS, tick -> condition.tell(System.nanoTime()));
  }

  /** How the node is, for load balancers and people. */
  public Health health() {
    return condition.health().with(reload.warnings()).with(expiring.warnings());
  }

  /** Says that no new work is taken. */
  public void drain() {
    status.draining();
  }

  /** What the index holds, as management shows it. */
  IndexView index(long atMillis) {
    long position = replica.position();
    return new IndexView(
        config.node().name(), position, replica.index().size(), replica.index().digest(atMillis));
  }

  /** Tells the others, and ends what was started. */
  public void close() {
    vertx.cancelTimer(telling);
    vertx.cancelTimer(looking);
    status.stopped();
    barriers.stop();
    try {
      barriers.write().await(1, TimeUnit.SECONDS);
    } catch (Exception e) {
      LOG.info("The last barrier was not written: {}", e.toString());
    }
    topicWatch.close();
    gridProgress.close();
    feed.close();
    checkpoints.ifPresent(CheckpointWriter::close);
    callers.close();
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
    counted(registry, "full", Replica.Counts::full);
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
        .description("Facts that were over, or lifted, and were dropped from the index")
        .register(registry);
    Gauge.builder("rescind.clock.offset.seconds", clocks, ClockWatch::offsetSeconds)
        .description("This node's clock minus the log's, as of the last barrier read while fresh")
        .register(registry);
    checkpoints.ifPresent(one -> register(registry, one));
    Gauge.builder("rescind.index.facts", replica, one -> one.index().size())
        .description("Entries of the index, those that are over but not yet swept among them")
        .register(registry);
    Gauge.builder("rescind.index.lifts", replica, one -> one.index().lifts())
        .description("Lifted ids that the index holds")
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
    FunctionCounter.builder("rescind.grid.once.unknown", once, GridOnceOnly::unknownUses)
        .description("Uses of what is good once that were refused because the grid could not tell")
        .register(registry);
    Gauge.builder("rescind.grid.members", gridNode, GridNode::members)
        .description("Members of the grid, as this node sees it")
        .register(registry);
    condition.register(registry);
    reload.register(registry);
    expiring.register(registry);
    for (Throttle.Cause cause : Throttle.Cause.values()) {
      FunctionCounter.builder("rescind.throttled", throttle, one -> one.refused(cause))
          .description("Requests that were one too many, by whose rate")
          .tag("by", cause.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  /** Where the service's requests are answered, on every processor. */
  public HttpListener listener(int standardPort, MeterRegistry registry) {
    HttpConfig http = config.http();
    HttpListener listener =
        new HttpListener(
            vertx,
            "http",
            new HttpListener.Place(
                SocketAddress.inetSocketAddress(http.portOr(standardPort), http.host()),
                http.tlsFiles()),
            Runtime.getRuntime().availableProcessors(),
            http.limits(),
            registry);
    condition.heed(listener::warnings);
    return listener;
  }

  private static void register(MeterRegistry registry, CheckpointWriter checkpoints) {
    FunctionCounter.builder("rescind.checkpoint.written", checkpoints, CheckpointWriter::written)
        .description("How often the checkpoint was written")
        .register(registry);
    FunctionCounter.builder("rescind.checkpoint.failures", checkpoints, CheckpointWriter::failures)
        .description("How often the checkpoint could not be written")
        .register(registry);
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

  public RecordCodec codec() {
    return codec;
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

  public TopicWatch topicWatch() {
    return topicWatch;
  }

  public BarrierWriter barriers() {
    return barriers;
  }

  public GridNode gridNode() {
    return gridNode;
  }

  /** What can be used once in the whole cluster. */
  public GridOnceOnly once() {
    return once;
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

  public Throttle throttle() {
    return throttle;
  }

  public CallerAuthenticator authenticator() {
    return authenticator;
  }

  /** Loads the configuration anew, off the event loops. */
  public Future<ConfigReload.Outcome> reload() {
    return reloading.executeBlocking(reload::reload);
  }

  public PositionHeader positions() {
    return positions;
  }
}
