package dev.rescind.publisher;

import dev.rescind.freshness.NodeState;
import dev.rescind.log.CredentialCodec;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.config.SweepConfig;
import dev.rescind.platform.kafka.CredentialWriter;
import dev.rescind.platform.service.Service;
import dev.rescind.platform.service.ServiceCore;
import dev.rescind.platform.service.ServiceMain;
import dev.rescind.publisher.http.PublisherApi;
import dev.rescind.publisher.http.PublisherVerticle;
import dev.rescind.publisher.keep.LogRepair;
import dev.rescind.publisher.keep.Overwritten;
import dev.rescind.publisher.keep.TopicSweep;
import dev.rescind.publisher.register.Registrar;
import dev.rescind.publisher.revoke.Expiry;
import dev.rescind.publisher.revoke.KeyResolver;
import dev.rescind.publisher.revoke.NodeDirectory;
import dev.rescind.publisher.revoke.RevocationRegister;
import dev.rescind.publisher.revoke.Revocations;
import dev.rescind.publisher.token.TokenRevocation;
import dev.rescind.replica.SweepClock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The publisher: where its parts are built, started in order and closed in reverse. */
public final class Publisher {
  private static final long STEP_SECONDS = 5;

  private Publisher() {}

  public static void main(String[] args) {
    ServiceMain.run(
        args, new ServiceMain.Program("revocation-publisher", 8_081, 9_081, Publisher::start));
  }

  /**
   * Starts a publisher; returns once it listens.
   *
   * @throws Exception where a part cannot be started; those before it are closed again
   */
  public static Service start(ServiceConfig config) throws Exception {
    return Service.start(config, false, Parts::new);
  }

  private static final class Parts implements Service.Parts {
    private final ServiceCore core;
    private final CredentialWriter credentials;
    private final PublisherApi api;
    private final Overwritten overwritten;
    private final LogRepair repair;
    private final TopicSweep sweep;
    private String deployment = "";

    Parts(ServiceCore core, PrometheusMeterRegistry registry) {
      this.core = core;
      InstantSource clock = InstantSource.system();
      RevocationRegister register = new RevocationRegister();
      BooleanSupplier current = () -> core.replica().state(System.nanoTime()) == NodeState.SERVING;
      NodeDirectory nodes = new NodeDirectory(System::nanoTime, core.replica().bound(), current);
      SweepConfig sweeping = core.config().sweep();
      long halfMargin = sweeping.margin().toMillis() / 2;
      repair = new LogRepair(core.vertx(), core.log(), current);
      overwritten =
          new Overwritten(
              register,
              () -> Math.max(0, core.replica().earlierMillis(clock.millis())) - halfMargin,
              repair::soon);
      sweep =
          new TopicSweep(
              core.vertx(),
              register,
              core.log(),
              new TopicSweep.Schedule(
                  new SweepClock(core.replica(), sweeping.margin()),
                  sweeping.interval(),
                  clock,
                  current));
      core.replica().addListener(register);
      core.replica().addListener(overwritten);
      core.replica().addListener(nodes);
      FunctionCounter.builder("rescind.log.repaired", repair, LogRepair::repaired)
          .description("Records that had been erased or written over in the log, appended again")
          .register(registry);
      FunctionCounter.builder("rescind.sweep.tombstones", sweep, TopicSweep::tombstones)
          .description("Tombstones written for revocations that are over, and their lifts")
          .register(registry);
      credentials =
          new CredentialWriter(
              core.vertx(),
              new CredentialCodec(core.macKeys()),
              core.topics().credentialsPartitions(),
              core.config().kafka().clientProperties());
      Revocations revocations =
          new Revocations(register, core.log(), core.feed(), core.barriers()::write, clock);
      Expiry expiry = new Expiry(core.issuers(), clock);
      api =
          new PublisherApi(
              core.authenticator(),
              core.positions(),
              core.replica()::position,
              new PublisherApi.Clocks(clock, () -> core.replica().later(clock.instant())),
              new PublisherApi.Operations(
                  revocations,
                  new TokenRevocation(core.grid(), core.issuers(), revocations, expiry, clock),
                  new KeyResolver(core.issuers()),
                  expiry,
                  new Registrar(
                      core.grid(),
                      core.gridProgress(),
                      credentials,
                      core.issuers(),
                      clock,
                      core.config().grid().maxCredentials()),
                  nodes));
    }

    @Override
    public void start() throws Exception {
      repair.start(overwritten);
      sweep.start();
      deployment =
          PublisherVerticle.deploy(core.vertx(), core.config().http(), api)
              .await(STEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void drain() throws Exception {
      core.vertx().undeploy(deployment).await(STEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
      sweep.stop();
      repair.stop();
      credentials.close().await(STEP_SECONDS, TimeUnit.SECONDS);
    }
  }
}
