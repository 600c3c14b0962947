package dev.rescind.system.faults;

import dev.rescind.platform.kafka.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Three brokers, two publishers and three introspectors: processes on hosts of their own. */
final class FaultCluster implements AutoCloseable {
  private static final String INTROSPECTOR = "introspector";
  private static final String PUBLISHER = "revocation-publisher";
  private static final int BROKERS = 3;
  private static final int PUBLISHERS = 2;
  private static final int INTROSPECTORS = 3;
  private static final Duration START = Duration.ofMinutes(2);

  private static final List<String> JVM =
      List.of(
          "-Xmx256m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Djava.net.preferIPv4Stack=true",
          "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");

  /** One process on its host. */
  record Node(Host host, Child child) {
    String name() {
      return host.name();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  private final Network network;
  private final ServiceFiles files;
  private final List<Node> brokers = new ArrayList<>();
  private final List<Node> publishers = new ArrayList<>();
  private final List<Node> introspectors = new ArrayList<>();
  private final Thread onExit = new Thread(this::killAll, "faults-cluster-kill");
  private final Admin admin;
  private final Path data;
  private final @Nullable SmallDisk disk;

  /**
   * @param directory for all files of this run; made anew
   * @param jars where the services' runnable jars are: the project's root
   */
  FaultCluster(Path directory, Path jars, JwtKeys keys) throws IOException {
    List<String> names = new ArrayList<>();
    names(names, "broker", BROKERS);
    names(names, "publisher", PUBLISHERS);
    names(names, "introspector", INTROSPECTORS);
    network = Network.open(names);
    Path smallDisk = directory.resolve("data").resolve("broker-" + BROKERS);
    SmallDisk.forget(smallDisk);
    deleteAll(directory);
    this.data = directory.resolve("data");
    Path configs = Files.createDirectories(directory.resolve("config"));
    Path logs = Files.createDirectories(directory.resolve("log"));
    Path jwks = configs.resolve("jwks.json");
    keys.writeTo(jwks);
    List<Host> brokerHosts = hosts("broker", BROKERS);
    files = new ServiceFiles(brokerHosts, hosts("introspector", INTROSPECTORS), jwks);
    String clusterId = Uuid.randomUuid().toString();
    disk = SmallDisk.missing().isEmpty() ? new SmallDisk(smallDisk) : null;
    Path logback = configs.resolve("broker-logback.xml");
    Files.writeString(
        logback,
        """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{30} %msg%n%ex{5}</pattern></encoder>
          </appender>
          <logger name="state.change.logger" level="OFF"/>
          <root level="WARN"><appender-ref ref="out"/></root>
        </configuration>
        """);
    for (int i = 1; i <= BROKERS; i++) {
      Host host = network.host("broker-" + i);
      Path properties = configs.resolve(host.name() + ".properties");
      BrokerFiles.write(properties, data(host), brokerHosts, i);
      List<String> command = java(host);
      command.add("-Dlogback.configurationFile=" + logback);
      command.addAll(List.of("-cp", classPath(), BrokerMain.class.getName()));
      command.addAll(List.of(clusterId, properties.toString()));
      brokers.add(node(host, logs, command));
    }
    for (int i = 1; i <= PUBLISHERS; i++) {
      publishers.add(service(network.host("publisher-" + i), configs, logs, jars, false));
    }
    for (int i = 1; i <= INTROSPECTORS; i++) {
      introspectors.add(service(network.host("introspector-" + i), configs, logs, jars, true));
    }
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                2_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                5_000,
                "socket.connection.setup.timeout.ms",
                "500",
                "socket.connection.setup.timeout.max.ms",
                "1000"));
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  private Path data(Host broker) {
    return data.resolve(broker.name()).resolve("log");
  }

  /** The small disk that the last broker's data is on; null where there can be none. */
  @Nullable SmallDisk disk() {
    return disk;
  }

  /** Destroys what a broker that does not run has kept. */
  void destroyData(Node broker) throws IOException {
    deleteAll(data(broker.host()));
  }

  private static void deleteAll(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static Path jar(Path project, String module) {
    return project.resolve(module).resolve("target").resolve(module + ".jar");
  }

  /** Whether the services' runnable jars were built. */
  static boolean haveJars(Path project) {
    return Files.exists(jar(project, INTROSPECTOR)) && Files.exists(jar(project, PUBLISHER));
  }

  private static void names(List<String> names, String kind, int count) {
    for (int i = 1; i <= count; i++) {
      names.add(kind + "-" + i);
    }
  }

  private List<Host> hosts(String kind, int count) {
    List<String> names = new ArrayList<>();
    names(names, kind, count);
    return names.stream().map(network::host).toList();
  }

  private List<String> java(Host host) {
    List<String> command = new ArrayList<>(network.on(host));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    return command;
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private Node service(Host host, Path configs, Path logs, Path jars, boolean introspects)
      throws IOException {
    Path config = configs.resolve(host.name() + ".yaml");
    files.write(config, host, introspects);
    String module = introspects ? INTROSPECTOR : PUBLISHER;
    List<String> command = java(host);
    command.addAll(
        List.of(
            "--add-modules",
            "java.se",
            "-jar",
            jar(jars, module).toString(),
            "--config",
            config.toString()));
    return node(host, logs, command);
  }

  private static Node node(Host host, Path logs, List<String> command) {
    return new Node(
        host,
        new Child(
            host.name(),
            logs.resolve(host.name() + ".log"),
            command,
            Map.of("RESCIND_LOG_FORMAT", "text")));
  }

  Network network() {
    return network;
  }

  ServiceFiles files() {
    return files;
  }

  List<Node> brokers() {
    return brokers;
  }

  List<Node> publishers() {
    return publishers;
  }

  List<Node> introspectors() {
    return introspectors;
  }

  List<Node> all() {
    List<Node> all = new ArrayList<>(brokers);
    all.addAll(publishers);
    all.addAll(introspectors);
    return all;
  }

  Admin admin() {
    return admin;
  }

  String bootstrap() {
    return brokers.stream()
        .map(one -> one.host().cluster() + ":" + BrokerFiles.PORT)
        .collect(Collectors.joining(","));
  }

  /** The number, from 1, of the broker that leads the log; empty where nobody says. */
  Optional<Integer> leader() {
    try {
      TopicDescription topic =
          admin
              .describeTopics(List.of(Topics.REVOCATIONS))
              .allTopicNames()
              .get(3, TimeUnit.SECONDS)
              .get(Topics.REVOCATIONS);
      var leader = topic == null ? null : topic.partitions().get(0).leader();
      return leader == null || leader.id() < 1 ? Optional.empty() : Optional.of(leader.id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (Exception e) {
      return Optional.empty();
    }
  }

  /** Whether every broker has a copy of everything. */
  boolean isInSync() throws Exception {
    return admin
        .describeTopics(List.of(Topics.REVOCATIONS, Topics.CREDENTIALS))
        .allTopicNames()
        .get(5, TimeUnit.SECONDS)
        .values()
        .stream()
        .flatMap(topic -> topic.partitions().stream())
        .allMatch(partition -> partition.isr().size() == BROKERS);
  }

  /** Starts everything, and waits until all serve. */
  void start() throws Exception {
    brokers.forEach(one -> one.child().start());
    await(
        "the brokers answer",
        START,
        () ->
            diesNot(brokers)
                && admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size() == BROKERS);
    introspectors.forEach(one -> one.child().start());
    publishers.forEach(one -> one.child().start());
    awaitReady(START);
  }

  private static boolean diesNot(List<Node> nodes) {
    for (Node node : nodes) {
      if (!node.child().isAlive()) {
        throw new AssertionError(node + " ended by itself: see " + node.child().log());
      }
    }
    return true;
  }

  void awaitReady(Duration patience) throws Exception {
    for (Node node : introspectors) {
      await(node.name() + " serves", patience, () -> isReady(node));
    }
    for (Node node : publishers) {
      await(node.name() + " serves", patience, () -> isReady(node));
    }
  }

  /** Something that may be so, or not yet. */
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Duration patience, Condition condition) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    Exception last = null;
    while (System.nanoTime() - end < 0) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    throw new AssertionError("not so after " + patience + ": " + what, last);
  }

  boolean isReady(Node node) throws IOException {
    return node.child().isRunning() && management(node, "/health/ready").status() == 200;
  }

  /** Asks a service's management port. */
  Wire.Reply management(Node node, String path) throws IOException {
    try (Wire wire = new Wire(node.host().client(), ServiceFiles.MANAGEMENT_PORT, 2_000)) {
      return wire.exchange(Wire.get(path), 5_000);
    }
  }

  private void killAll() {
    all().forEach(one -> one.child().kill());
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
    killAll();
    network.close();
    if (disk != null) {
      disk.close();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      return; // it is running
    }
  }
}
