package dev.rescind.standalone;

import dev.rescind.standalone.cli.ExitCode;
import dev.rescind.standalone.cli.Failure;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cluster of {@code rescind up}: a broker, the demo issuer, the publisher and the first
 * introspector in this process, the other introspectors in processes of their own.
 */
final class Demo {
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);
  private static final Duration SERVICES_PATIENCE = Duration.ofMillis(2_500);
  private static final Duration BROKER_PATIENCE = Duration.ofMillis(1_500);
  private static final long POLL_MILLIS = 50;
  private static final long WATCH_MILLIS = 500;

  private final Ports ports;
  private final DataDirectory data;
  private final Consumer<String> progress;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final Orderly services = new Orderly();
  private final Orderly broker = new Orderly();
  private volatile boolean stopping;

  /**
   * @param progress is told what has come up
   */
  Demo(Ports ports, DataDirectory data, Consumer<String> progress) {
    this.ports = ports;
    this.data = data;
    this.progress = progress;
  }

  /** Returns once every node is ready. */
  void start() throws Failure, InterruptedException {
    try {
      DemoSecrets secrets = DemoSecrets.keptIn(data.path());
      new ServiceConfigs(ports, secrets).writeTo(data.config());
      new DemoEnvironment(ports, secrets).writeTo(data.environment());
      for (int node : ports.nodeNumbers()) {
        if (node > 1) {
          startNode(node);
        }
      }
      List<Part> parts =
          List.of(
              Part.start("Kafka broker", this::startBroker),
              Part.start("demo issuer", () -> startIssuer(secrets)),
              Part.start("introspector-1", this::startIntrospector),
              Part.start("publisher", this::startPublisher));
      awaitReadiness(parts);
    } catch (IOException e) {
      throw failed(data.path() + ": " + e.getMessage());
    }
  }

  private void startNode(int node) throws IOException {
    NodeProcess process =
        NodeProcess.start(node, ServiceConfigs.introspector(data.config(), node), data.log(node));
    nodes.add(process);
    services.opened(process::stop);
  }

  private void startBroker() throws IOException {
    EmbeddedBroker embedded = new EmbeddedBroker(data.kafka(), ports.broker(), ports.controller());
    embedded.start();
    broker.opened(embedded);
  }

  private void startIssuer(DemoSecrets secrets) throws IOException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    services.opened(() -> vertx.close().await());
    new DemoIssuer(
            vertx,
            ports.issuer(),
            DemoSecrets.issuerKeysKeptIn(data.path()),
            DemoEnvironment.AUDIENCE,
            secrets.admin())
        .start()
        .await();
  }

  private void startIntrospector() throws Exception {
    services.opened(Services.introspector(ServiceConfigs.introspector(data.config(), 1)));
  }

  private void startPublisher() throws Exception {
    services.opened(Services.publisher(ServiceConfigs.publisher(data.config())));
  }

  /** Something that takes a while to start, in a thread of its own. */
  private record Part(String name, CompletableFuture<Void> started) {
    interface Starting {
      void run() throws Exception;
    }

    static Part start(String name, Starting starting) {
      CompletableFuture<Void> started = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  starting.run();
                  started.complete(null);
                } catch (Throwable e) {
                  started.completeExceptionally(e);
                }
              },
              "start " + name);
      thread.setDaemon(true);
      thread.start();
      return new Part(name, started);
    }

    /** Whether it has started. */
    boolean isUp() throws Failure {
      if (!started.isDone()) {
        return false;
      }
      try {
        started.join();
        return true;
      } catch (CompletionException e) {
        throw failed(name + " did not start: " + e.getCause());
      }
    }
  }

  private void awaitReadiness(List<Part> parts) throws Failure, InterruptedException {
    long deadline = System.nanoTime() + START_PATIENCE.toNanos();
    Readiness readiness = new Readiness(managementUrls());
    List<Part> starting = new ArrayList<>(parts);
    while (!starting.isEmpty() || !readiness.isComplete()) {
      for (Part part : List.copyOf(starting)) {
        if (part.isUp()) {
          starting.remove(part);
          if (!readiness.isAbout(part.name())) {
            progress.accept(part.name());
          }
        }
      }
      throwIfOneDied();
      readiness.ask(progress);
      if (System.nanoTime() > deadline) {
        throw failed(
            "not ready after "
                + START_PATIENCE.toSeconds()
                + " s: "
                + Stream.concat(starting.stream().map(Part::name), readiness.missing().stream())
                    .distinct()
                    .collect(Collectors.joining(", "))
                + "; see "
                + data.log().getParent());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void throwIfOneDied() throws Failure, InterruptedException {
    for (NodeProcess node : nodes) {
      if (!node.isAlive()) {
        // An interrupt from the terminal ends the nodes too, perhaps sooner than it arrives here.
        Thread.sleep(WATCH_MILLIS);
        if (!stopping) {
          throw failed(node.epitaph());
        }
      }
    }
  }

  private Map<String, String> managementUrls() {
    Map<String, String> urls = new LinkedHashMap<>();
    for (int node : ports.nodeNumbers()) {
      urls.put("introspector-" + node, Ports.url(ports.introspectorManagement(node)));
    }
    urls.put("publisher", Ports.url(ports.publisherManagement()));
    return urls;
  }

  /** Tells of every node that ends without having been asked to; does not return. */
  void watch(Consumer<String> epitaph) throws InterruptedException {
    List<NodeProcess> alive = new ArrayList<>(nodes);
    List<NodeProcess> dead = new ArrayList<>();
    while (true) {
      Thread.sleep(WATCH_MILLIS);
      // Seen a moment ago: an interrupt from the terminal ends the nodes and then stops this.
      if (!stopping) {
        dead.forEach(node -> epitaph.accept(node.epitaph()));
      }
      dead = alive.stream().filter(node -> !node.isAlive()).toList();
      alive.removeAll(dead);
    }
  }

  /** Stops all, the broker last, within {@link #SERVICES_PATIENCE} and {@link #BROKER_PATIENCE}. */
  void stop() {
    stopping = true;
    services.close(SERVICES_PATIENCE);
    broker.close(BROKER_PATIENCE);
    data.close();
  }

  private static Failure failed(String line) {
    return new Failure(ExitCode.REFUSED, line);
  }
}
