package dev.rescind.introspector;

import dev.rescind.freshness.NodeState;
import dev.rescind.introspector.decide.Decider;
import dev.rescind.introspector.disclose.Disclosure;
import dev.rescind.introspector.disclose.PairwiseSubjects;
import dev.rescind.introspector.http.IntrospectionEndpoint;
import dev.rescind.introspector.http.IntrospectionMetrics;
import dev.rescind.introspector.http.JwksEndpoint;
import dev.rescind.introspector.http.MetadataEndpoint;
import dev.rescind.introspector.http.Routes;
import dev.rescind.introspector.http.SignedAnswers;
import dev.rescind.introspector.possession.Proofs;
import dev.rescind.introspector.resolve.Introspection;
import dev.rescind.introspector.resolve.Resolver;
import dev.rescind.introspector.scan.ScanWatch;
import dev.rescind.log.CredentialCodec;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.ScanConfig;
import dev.rescind.platform.config.Secret;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.config.ServiceKind;
import dev.rescind.platform.grid.GridStore;
import dev.rescind.platform.grid.LastUses;
import dev.rescind.platform.http.HttpListener;
import dev.rescind.platform.kafka.CredentialFeed;
import dev.rescind.platform.kafka.LogFeed;
import dev.rescind.platform.service.Service;
import dev.rescind.platform.service.ServiceCore;
import dev.rescind.platform.service.ServiceMain;
import dev.rescind.platform.sign.SigningKeys;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The introspector: where its parts are built, started in order and closed in reverse. */
public final class Introspector {
  private static final long STEP_SECONDS = 5;

  /** Callers that are shown as suspected at once, should there be more. */
  private static final int MAX_SHOWN = 100;

  private Introspector() {}

  public static void main(String[] args) {
    ServiceMain.run(args, new ServiceMain.Program(ServiceKind.INTROSPECTOR, Introspector::start));
  }

  /**
   * Starts a node; returns once it listens, which is before it serves.
   *
   * @throws Exception where a part cannot be started; those before it are closed again
   */
  public static Service start(ConfigSource source) throws Exception {
    return Service.start(source, true, Parts::new);
  }

  private static final class Parts implements Service.Parts {
    private final ServiceCore core;
    private final CredentialFeed credentials;
    private final LastUses uses;
    private final Routes routes;
    private final HttpListener listener;
    private final ScanWatch scans;
    private final MultiGauge suspected;
    private String deployment = "";
    private long looking = -1;

    Parts(ServiceCore core, PrometheusMeterRegistry registry) {
      this.core = core;
      InstantSource clock = InstantSource.system();
      listener = core.listener(ServiceKind.INTROSPECTOR.httpPort(), registry);
      ServiceConfig config = core.config();
      credentials =
          new CredentialFeed(
              new GridStore(
                  core.gridNode(),
                  ServiceCore.seal(config),
                  core.topics().credentialsPartitions(),
                  clock),
              new CredentialCodec(core.macKeys()),
              config.kafka().clientProperties());
      Resolver resolver =
          new Resolver(core.grid(), core.issuers(), config.apiKeys().syntax(), clock);
      uses = new LastUses(core.vertx(), core.gridNode(), ServiceCore.seal(config), clock);
      Introspection introspection =
          new Introspection(
              resolver, new Decider(core.replica()), clock, System::nanoTime, uses::note);
      ScanConfig scan = config.scan();
      scans =
          new ScanWatch(
              new ScanWatch.Limits(scan.window(), scan.minRequests(), scan.maxInactivePercent()));
      suspected =
          MultiGauge.builder("rescind.scan.suspected")
              .description("1 for each caller that seems to be trying tokens")
              .register(registry);
      String issuer = config.issuer();
      SigningKeys signing = config.answers().toSigningKeys();
      Secret pairwise = config.answers().pairwiseSecret();
      IntrospectionEndpoint.Answers answers =
          new IntrospectionEndpoint.Answers(
              new Proofs(core.vertx(), core.once(), config.answers().proofMaxAge(), clock),
              new Disclosure(pairwise == null ? null : new PairwiseSubjects(pairwise.bytes())),
              new SignedAnswers(core.vertx(), issuer, signing, clock));
      routes =
          new Routes(
              new IntrospectionEndpoint(
                  core.authenticator(),
                  introspection,
                  new Node(core),
                  core.positions(),
                  answers,
                  new IntrospectionEndpoint.Counts(new IntrospectionMetrics(registry), scans)),
              new MetadataEndpoint(
                  issuer,
                  config.metadata().revocationEndpoint(),
                  core.authenticator()::advertised,
                  signing),
              new JwksEndpoint(signing));
      register(registry, resolver);
    }

    /** Looks for callers that try tokens, and acts on it. */
    private void lookForScans() {
      Set<String> before = scans.suspected();
      scans.look(System.nanoTime());
      Set<String> now = scans.suspected();
      if (now.equals(before)) {
        return;
      }
      if (core.config().scan().throttles()) {
        core.throttle().suspend(now);
      }
      suspected.register(
          now.stream()
              .limit(MAX_SHOWN)
              .<MultiGauge.Row<?>>map(one -> MultiGauge.Row.of(Tags.of("caller", one), 1))
              .toList(),
          true);
    }

    private void register(MeterRegistry registry, Resolver resolver) {
      FunctionCounter.builder("rescind.scan.episodes", scans, ScanWatch::episodes)
          .description("How often a caller began to look like trying tokens")
          .register(registry);
      Gauge.builder("rescind.credentials.remembered", resolver, Resolver::remembered)
          .description("Credentials in this node's own cache")
          .register(registry);
      counted(registry, "stored", CredentialFeed.Counts::stored);
      counted(registry, "duplicate", CredentialFeed.Counts::duplicate);
      counted(registry, "expired", CredentialFeed.Counts::expired);
      counted(registry, "tombstone", CredentialFeed.Counts::tombstone);
      counted(registry, "quarantined", CredentialFeed.Counts::quarantined);
      FunctionCounter.builder(
              "rescind.credentials.records.read", credentials, one -> one.counts().read())
          .description("Registrations read from Kafka: the sum of all outcomes")
          .register(registry);
      FunctionCounter.builder(
              "rescind.credentials.load.failures", credentials, CredentialFeed::failures)
          .description("How often loading credentials into the grid failed")
          .register(registry);
    }

    private interface Count {
      long of(CredentialFeed.Counts counts);
    }

    private void counted(MeterRegistry registry, String outcome, Count count) {
      FunctionCounter.builder(
              "rescind.credentials.records", credentials, one -> count.of(one.counts()))
          .description("Registrations read from Kafka by what became of them")
          .tag("outcome", outcome)
          .register(registry);
    }

    @Override
    public void start() throws Exception {
      credentials.start();
      looking =
          core.vertx()
              .setPeriodic(
                  Math.max(1, core.config().scan().window().toMillis() / ScanWatch.LOOKS),
                  tick -> lookForScans());
      uses.start();
      deployment = listener.deploy(vertx -> routes).await(STEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void drain() throws Exception {
      core.vertx().undeploy(deployment).await(STEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      core.vertx().cancelTimer(looking);
      uses.stop();
      credentials.close();
    }
  }

  /** The node as its endpoint sees it. */
  private record Node(ServiceCore core) implements IntrospectionEndpoint.NodeView {
    @Override
    public NodeState state() {
      return core.status().state();
    }

    @Override
    public boolean isMerelyOld() {
      return core.status().isMerelyOld();
    }

    @Override
    public long position() {
      return core.status().position();
    }

    @Override
    public long stalenessMillis() {
      return core.status().stalenessMillis();
    }

    @Override
    public LogFeed feed() {
      return core.feed();
    }
  }
}
