package dev.rescind.platform.service;

import dev.rescind.freshness.NodeState;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.grid.GridNode;
import dev.rescind.platform.kafka.Topics;
import dev.rescind.platform.management.Health;
import dev.rescind.platform.management.ManagementServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that runs: what was started is closed in reverse, also when the start fails. */
public final class Service implements Running {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);
  private static final long STEP_SECONDS = 5;
  private static final Duration KAFKA_RETRY = Duration.ofMillis(250);

  /** What a service has beside the core: an HTTP surface, and what that needs. */
  public interface Parts {
    /** Starts them; returns once they listen. */
    void start() throws Exception;

    /** Takes no more requests, and finishes those under way. */
    void drain() throws Exception;

    void close() throws Exception;
  }

  /** Builds a service's own parts on the core. */
  public interface Composition {
    Parts compose(ServiceCore core, PrometheusMeterRegistry registry) throws Exception;
  }

  private interface Step {
    void run() throws Exception;
  }

  private final Deque<Step> closing = new ArrayDeque<>();
  private volatile @Nullable ServiceCore running;

  private Service() {}

  /**
   * Starts a service; returns once it listens, which may be before it serves.
   *
   * @param introspects whether it answers introspection
   * @throws Exception where a part cannot be started; those before it are closed again
   */
  public static Service start(ConfigSource source, boolean introspects, Composition composition)
      throws Exception {
    Service service = new Service();
    try {
      service.run(source, introspects, composition);
      return service;
    } catch (Exception e) {
      service.close();
      throw e;
    }
  }

  private void run(ConfigSource source, boolean introspects, Composition composition)
      throws Exception {
    ServiceConfig config = source.config();
    if (!config.isForProduction()) {
      LOG.warn(
          "The profile is {}: nothing holds this node to what production needs", config.profile());
    }
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    closing.push(() -> vertx.close().await(STEP_SECONDS, TimeUnit.SECONDS));
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    closing.push(registry::close);
    Readiness readiness = new Readiness();
    ManagementServer management =
        new ManagementServer(vertx, config.management(), readiness::health, registry);
    management.start().await(STEP_SECONDS, TimeUnit.SECONDS);
    closing.push(() -> management.close().await(STEP_SECONDS, TimeUnit.SECONDS));

    StartingPoint starting = StartingPoint.lookFor(config, introspects);
    // Joining the grid takes as long as Kafka's first answer: neither waits for the other.
    CompletableFuture<GridNode> joining =
        CompletableFuture.supplyAsync(
            () -> introspects ? GridNode.member(config.grid()) : GridNode.client(config.grid()),
            task -> new Thread(task, "rescind-grid-start").start());
    closing.push(() -> joining.get(STEP_SECONDS, TimeUnit.SECONDS).close());
    Topics.Ids topics = topics(config);
    GridNode grid = joined(joining);
    ServiceCore core =
        new ServiceCore(source, vertx, topics, grid, starting.of(topics), introspects);
    readiness.core = core;
    running = core;
    core.register(registry);
    management.show(core::index);
    closing.push(core::close);
    Parts parts = composition.compose(core, registry);
    closing.push(parts::close);
    core.start();
    parts.start();
    closing.push(parts::drain);
    closing.push(core::drain);
    LOG.info(
        "{} {} listens on {}:{}",
        config.node().name(),
        Version.CURRENT,
        config.http().host(),
        config.http().port());
  }

  private static GridNode joined(CompletableFuture<GridNode> joining) throws Exception {
    try {
      return joining.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the grid cannot be joined: " + e.getCause(), e.getCause());
    }
  }

  /** Waits for Kafka as long as it takes; topics that are not as configured are an error. */
  private static Topics.Ids topics(ServiceConfig config) throws Exception {
    boolean told = false;
    while (true) {
      try {
        return Topics.ensure(config.kafka());
      } catch (Topics.UnreachableException e) {
        if (!told) {
          told = true;
          LOG.info("Waiting for Kafka at {}", config.kafka().bootstrapServers());
        }
        Thread.sleep(KAFKA_RETRY.toMillis());
      }
    }
  }

  @Override
  public void reload() {
    ServiceCore core = running;
    if (core != null) {
      core.reload().onFailure(error -> LOG.error("The configuration was not loaded anew", error));
    }
  }

  /** Stops taking work, tells the others, and closes everything; each step has a time limit. */
  @Override
  public void close() {
    while (!closing.isEmpty()) {
      Step step = closing.pop();
      try {
        step.run();
      } catch (Exception e) {
        LOG.warn("A part did not close as it should: {}", e.toString());
      }
    }
  }

  /** Ready is who serves. */
  private static final class Readiness {
    private volatile @Nullable ServiceCore core;

    Health health() {
      ServiceCore present = core;
      return present == null
          ? new Health(
              false, NodeState.STARTING.name(), null, List.of("waiting for Kafka"), List.of())
          : present.health();
    }
  }
}
