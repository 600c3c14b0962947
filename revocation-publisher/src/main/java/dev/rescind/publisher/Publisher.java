package dev.rescind.publisher;

import dev.rescind.credential.ApiKeySyntax;
import dev.rescind.log.CredentialCodec;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.ServiceKind;
import dev.rescind.platform.grid.LastUses;
import dev.rescind.platform.http.HttpListener;
import dev.rescind.platform.kafka.CredentialReader;
import dev.rescind.platform.kafka.CredentialWriter;
import dev.rescind.platform.service.Service;
import dev.rescind.platform.service.ServiceCore;
import dev.rescind.platform.service.ServiceMain;
import dev.rescind.publisher.apikey.ApiKeyRegister;
import dev.rescind.publisher.apikey.ApiKeys;
import dev.rescind.publisher.apikey.ReplacedKeys;
import dev.rescind.publisher.approve.ApprovalRegister;
import dev.rescind.publisher.approve.Approvals;
import dev.rescind.publisher.http.PublisherApi;
import dev.rescind.publisher.keep.LogKeeping;
import dev.rescind.publisher.preview.Preview;
import dev.rescind.publisher.register.Registrar;
import dev.rescind.publisher.revoke.Expiry;
import dev.rescind.publisher.revoke.KeyResolver;
import dev.rescind.publisher.revoke.NodeDirectory;
import dev.rescind.publisher.revoke.RevocationRegister;
import dev.rescind.publisher.revoke.Revocations;
import dev.rescind.publisher.token.TokenRevocation;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** The publisher: where its parts are built, started in order and closed in reverse. */
public final class Publisher {
  private static final long STEP_SECONDS = 5;

  /** That a publisher knows of, some kilobyte each. */
  private static final int MAX_API_KEYS = 100_000;

  private Publisher() {}

  public static void main(String[] args) {
    ServiceMain.run(args, new ServiceMain.Program(ServiceKind.PUBLISHER, Publisher::start));
  }

  /**
   * Starts a publisher; returns once it listens.
   *
   * @throws Exception where a part cannot be started; those before it are closed again
   */
  public static Service start(ConfigSource source) throws Exception {
    return Service.start(source, false, Parts::new);
  }

  private static final class Parts implements Service.Parts {
    private final ServiceCore core;
    private final CredentialWriter credentials;
    private final CredentialReader reader;
    private final ReplacedKeys replaced;
    private final PublisherApi api;
    private final LogKeeping keeping;
    private final Auditing auditing;
    private final HttpListener listener;
    private String deployment = "";

    Parts(ServiceCore core, PrometheusMeterRegistry registry) {
      this.core = core;
      InstantSource clock = InstantSource.system();
      listener = core.listener(ServiceKind.PUBLISHER.httpPort(), registry);
      RevocationRegister register = new RevocationRegister();
      NodeDirectory nodes =
          new NodeDirectory(
              System::nanoTime,
              core.replica().bound(),
              () -> core.replica().isFresh(System.nanoTime()));
      core.replica().addListener(register);
      core.replica().addListener(nodes);
      keeping = new LogKeeping(core, register, clock);
      keeping.register(registry);
      ApprovalRegister waiting = new ApprovalRegister();
      auditing = new Auditing(core, clock, waiting::apply);
      auditing.register(registry);
      Approvals approvals =
          new Approvals(
              core.config().approvals(), waiting, auditing.audit(), auditing::read, clock);
      FunctionCounter.builder("rescind.break.glass", approvals, Approvals::brokenGlass)
          .description("Revocations that needed approval, and were made without it")
          .register(registry);
      credentials =
          new CredentialWriter(
              core.vertx(),
              new CredentialCodec(core.macKeys()),
              core.topics().credentialsPartitions(),
              core.config().kafka().clientProperties(),
              core.topicWatch()::whyNotDurable);
      Revocations revocations =
          new Revocations(register, core.log(), core.feed(), core.barriers()::write, clock);
      Registrar registrar =
          new Registrar(
              core.grid(),
              core.gridProgress(),
              credentials,
              core.issuers(),
              clock,
              core.config().grid().maxCredentials());
      ApiKeyRegister keyRegister = new ApiKeyRegister(MAX_API_KEYS);
      reader =
          new CredentialReader(
              keyRegister::add,
              new CredentialCodec(core.macKeys()),
              core.topics().credentialsPartitions(),
              core.config().kafka().clientProperties());
      ApiKeySyntax syntax = core.config().apiKeys().syntax();
      ApiKeys keys =
          new ApiKeys(syntax, keyRegister, registrar, revocations, core.replica(), clock);
      replaced =
          new ReplacedKeys(
              core.vertx(),
              keys,
              () -> reader.isCaughtUp() && core.replica().isFresh(System.nanoTime()));
      LastUses uses =
          new LastUses(core.vertx(), core.gridNode(), ServiceCore.seal(core.config()), clock);
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
                  registrar,
                  syntax,
                  new PublisherApi.Keys(keys, reader::isCaughtUp, uses::of),
                  nodes,
                  approvals,
                  new Preview(core.grid(), core.replica().index(), clock),
                  core::reload),
              auditing.forCallers());
    }

    @Override
    public void start() throws Exception {
      keeping.start();
      auditing.start();
      reader.start();
      replaced.start();
      deployment = listener.deploy(api::router).await(STEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void drain() throws Exception {
      core.vertx().undeploy(deployment).await(STEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
      replaced.stop();
      reader.close();
      keeping.stop();
      auditing.close();
      credentials.close().await(STEP_SECONDS, TimeUnit.SECONDS);
    }
  }
}
