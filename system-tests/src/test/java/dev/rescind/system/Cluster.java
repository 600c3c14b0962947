package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.rescind.introspector.Introspector;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.KeyConfig;
import dev.rescind.platform.config.LiftKeyConfig;
import dev.rescind.platform.config.LogKeysConfig;
import dev.rescind.platform.config.Secret;
import dev.rescind.platform.config.ServiceKind;
import dev.rescind.platform.service.Service;
import dev.rescind.publisher.Publisher;
import dev.rescind.standalone.EmbeddedBroker;
import dev.rescind.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real broker, introspectors with a grid member each, and a publisher, in this JVM. All keep
 * their ports and the broker its data when they are stopped and started again.
 */
final class Cluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

  private static final LiftPair LIFT = LiftPair.generate();

  private final Path data;
  private final Issuer issuer = newIssuer();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final int brokerPort = FreePorts.one();
  private final int controllerPort = FreePorts.one();
  private final Node publisher = new Node("publisher");
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Service> running = new TreeMap<>();
  private @Nullable EmbeddedBroker broker;
  private BrokerSettings brokerSettings = (port, controllerPort) -> Map.of();
  private final List<String> further = new ArrayList<>();
  private final Map<String, List<String>> furtherOfOne = new HashMap<>();

  /** What its broker has beside or in place of its own properties. */
  interface BrokerSettings {
    Map<String, String> of(int port, int controllerPort);
  }

  /** One service's name and ports. */
  private record Node(String name, int http, int management, int grid) {
    Node(String name) {
      this(name, FreePorts.one(), FreePorts.one(), FreePorts.one());
    }
  }

  Cluster(Path data, int introspectors) {
    this.data = data;
    for (int i = 1; i <= introspectors; i++) {
      nodes.add(new Node("introspector-" + i));
    }
  }

  /** Configures what starts from now on by further YAML, as {@link ClusterConfig} merges it. */
  Cluster with(String yaml) {
    further.add(yaml);
    return this;
  }

  /** The same for one service alone. */
  Cluster with(String service, String yaml) {
    furtherOfOne.computeIfAbsent(service, none -> new ArrayList<>()).add(yaml);
    return this;
  }

  /** Lets the broker have these, from its next start on. */
  Cluster broker(BrokerSettings settings) {
    brokerSettings = settings;
    return this;
  }

  /** Lets what starts from now on forget what is over after so long, and look for it as often. */
  Cluster sweeping(Duration margin, Duration interval) {
    return with(
        "sweep: {margin: %dms, interval: %dms}".formatted(margin.toMillis(), interval.toMillis()));
  }

  /** Holds clients to these limits, from the next start of a service on. */
  Cluster limited(int connections, Duration request) {
    return with(
        "http: {max_connections: %d, request_timeout: %dms}"
            .formatted(connections, request.toMillis()));
  }

  /** Serves by proofs of freshness up to this age, from the next start of a service on. */
  Cluster bound(Duration staleness) {
    return with("freshness: {staleness_bound: %dms}".formatted(staleness.toMillis()));
  }

  /** Starts everything that does not run, and waits until all serve. */
  Cluster start() throws Exception {
    startBroker();
    ExecutorService starting = Executors.newCachedThreadPool();
    try {
      List<Future<Service>> started = new ArrayList<>();
      for (Node node : nodes) {
        started.add(starting.submit(starter(node)));
      }
      started.add(starting.submit(starter(publisher)));
      for (Future<Service> one : started) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      starting.shutdown();
    }
    for (int i = 1; i <= nodes.size(); i++) {
      awaitReady(i);
    }
    awaitReady(publisher);
    Await.until("the grid is at rest", this::isGridAtRest);
    return this;
  }

  /** Whether every introspector's member sees every other, and nothing is on the move. */
  private boolean isGridAtRest() {
    List<HazelcastInstance> members = nodes.stream().flatMap(node -> members(node.grid())).toList();
    return members.size() == nodes.size()
        && members.stream()
            .allMatch(
                one ->
                    one.getCluster().getMembers().size() == nodes.size()
                        && one.getPartitionService().isClusterSafe());
  }

  private static Stream<HazelcastInstance> members(int port) {
    return Hazelcast.getAllHazelcastInstances().stream()
        .filter(one -> one.getCluster().getLocalMember().getAddress().getPort() == port);
  }

  private Callable<Service> starter(Node node) {
    return () -> {
      synchronized (running) {
        if (running.containsKey(node.name())) {
          return running.get(node.name());
        }
      }
      Service service =
          node.equals(publisher) ? Publisher.start(config(node)) : Introspector.start(config(node));
      synchronized (running) {
        running.put(node.name(), service);
      }
      return service;
    };
  }

  void startBroker() throws IOException {
    if (broker == null) {
      EmbeddedBroker starting =
          new EmbeddedBroker(data.resolve("kafka"), brokerPort, controllerPort)
              .with(brokerSettings.of(brokerPort, controllerPort));
      starting.start();
      broker = starting;
    }
  }

  void stopBroker() {
    EmbeddedBroker stopping = broker;
    broker = null;
    if (stopping != null) {
      stopping.close();
    }
  }

  void stopIntrospector(int number) {
    stop(nodes.get(number - 1));
  }

  /**
   * Ends members of the grid at once, as if their machines were gone, and their nodes with them.
   */
  void killIntrospectors(int... numbers) {
    List<HazelcastInstance> members = new ArrayList<>();
    for (int number : numbers) {
      members(nodes.get(number - 1).grid()).forEach(members::add);
    }
    assertThat(members).hasSize(numbers.length);
    members.parallelStream().forEach(one -> one.getLifecycleService().terminate());
    for (int number : numbers) {
      stopIntrospector(number);
    }
  }

  void startIntrospector(int number) throws Exception {
    starter(nodes.get(number - 1)).call();
    awaitReady(number);
  }

  void startPublisher() throws Exception {
    starter(publisher).call();
    awaitReady(publisher);
  }

  void stopPublisher() {
    stop(publisher);
  }

  private void stop(Node node) {
    Service service;
    synchronized (running) {
      service = running.remove(node.name());
    }
    if (service != null) {
      service.close();
    }
  }

  /** Stops everything, the broker last; nothing is lost but what was only in memory. */
  void stop() {
    stop(publisher);
    nodes.forEach(this::stop);
    stopBroker();
  }

  void awaitReady(int introspector) throws Exception {
    awaitReady(nodes.get(introspector - 1));
  }

  private void awaitReady(Node node) throws Exception {
    Await.until(
        node.name() + " is ready",
        () -> get("http://" + HOST + ":" + node.management() + "/health/ready").status() == 200);
  }

  /** How whoever has the keys of every node, and no publisher's, writes and reads the log. */
  static RecordCodec codecOfAnyNode() {
    LogKeysConfig keys =
        new LogKeysConfig(
            List.of(new KeyConfig("test", Secret.of(KEY))),
            List.of(new LiftKeyConfig("test", LIFT.publicPem())),
            null);
    return new RecordCodec(keys.toMacKeys(), keys.toLiftKeys());
  }

  String bootstrapServer() {
    return HOST + ":" + brokerPort;
  }

  int introspectors() {
    return nodes.size();
  }

  Issuer issuer() {
    return issuer;
  }

  String introspectUrl(int node) {
    return "http://" + HOST + ":" + nodes.get(node - 1).http() + "/introspect";
  }

  String introspectorUrl(int node) {
    return "http://" + HOST + ":" + nodes.get(node - 1).http();
  }

  String managementUrl(int node) {
    return "http://" + HOST + ":" + nodes.get(node - 1).management();
  }

  String publisherManagementUrl() {
    return "http://" + HOST + ":" + publisher.management();
  }

  String publisherUrl() {
    return "http://" + HOST + ":" + publisher.http();
  }

  /** Introspects at one node. */
  Answer introspect(int node, String token, Caller caller, String... headers) throws Exception {
    return form(introspectUrl(node), caller, Map.of("token", token), headers);
  }

  /** The answers' bodies of all nodes, in order. */
  List<String> introspectEverywhere(String token, Caller caller) throws Exception {
    List<String> bodies = new ArrayList<>();
    for (int node = 1; node <= nodes.size(); node++) {
      bodies.add(introspect(node, token, caller).body());
    }
    return bodies;
  }

  /** Whether every node says that the token is active. */
  boolean isActiveEverywhere(String token) throws Exception {
    return introspectEverywhere(token, Caller.CALLER).stream()
        .allMatch(body -> body.startsWith("{\"active\":true"));
  }

  /** Whether every node says that the token is not active. */
  boolean isInactiveEverywhere(String token) throws Exception {
    return introspectEverywhere(token, Caller.CALLER).stream()
        .allMatch("{\"active\":false}"::equals);
  }

  Answer form(String url, Caller caller, Map<String, String> form, String... headers)
      throws Exception {
    String body =
        form.entrySet().stream()
            .map(one -> encode(one.getKey()) + "=" + encode(one.getValue()))
            .collect(Collectors.joining("&"));
    return send("POST", url, caller, "application/x-www-form-urlencoded", body, headers);
  }

  Answer post(String path, Caller caller, String json, String... headers) throws Exception {
    return send("POST", publisherUrl() + path, caller, "application/json", json, headers);
  }

  /** Registers an API key that nobody has seen yet. */
  String register() throws Exception {
    String token = Tokens.opaque();
    Answer answer =
        post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\"" + token + "\",\"type\":\"api_key\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return token;
  }

  /** Revokes a token, as every node has applied. */
  void revoke(String token) throws Exception {
    Answer answer =
        post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
  }

  Answer get(String url) throws Exception {
    return send("GET", url, null, null, null);
  }

  /** Sends anything; headers are names and values in turn. */
  Answer send(
      String method,
      String url,
      @Nullable Caller caller,
      @Nullable String type,
      @Nullable String body,
      String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(15))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (caller != null) {
      request.header("Authorization", caller.basic());
    }
    if (type != null) {
      request.header("Content-Type", type);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    return Answer.of(response);
  }

  /** What a client of the broker is made with. */
  Map<String, Object> kafkaClient() {
    return new HashMap<>(Map.of("bootstrap.servers", HOST + ":" + brokerPort));
  }

  /** What each node of the cluster holds: the MAC key of the log. */
  MacKeys macKeys() {
    return new MacKeys(List.of(new MacKeys.Key("test", Secret.of(KEY).bytes())));
  }

  /** The file of a service's configuration, written when the service is started. */
  Path configFile(String service) {
    return data.resolve(service + ".yaml");
  }

  /** Writes the files of all services anew, with further YAML; who runs, looks at them itself. */
  void configureAnew(String... yaml) throws IOException {
    for (Node node : nodes) {
      write(node, yaml);
    }
    write(publisher, yaml);
  }

  private ConfigSource config(Node node) throws Exception {
    return ConfigSource.load(
        write(node),
        Map.of(),
        node.equals(publisher) ? ServiceKind.PUBLISHER : ServiceKind.INTROSPECTOR);
  }

  private Path write(Node node, String... yaml) throws IOException {
    boolean publishes = node.equals(publisher);
    ClusterConfig config =
        new ClusterConfig()
            .with(
                """
                profile: development
                node: {name: %1$s, url: "http://%2$s:%3$d"}
                http: {host: %2$s, port: %3$d}
                management: {host: %2$s, port: %4$d}
                kafka: {bootstrap_servers: ["%2$s:%5$d"], replication_factor: 1, min_insync_replicas: 1}
                log_keys:
                  mac_keys: [{id: test, secret: %6$s}]
                  lift_verification_keys: [{id: test, public_key: %7$s}]
                grid:
                  cluster_name: test-%5$d
                  members: [%8$s]
                  seal_keys: [{id: test, secret: %6$s}]
                  read_deadline: 2s
                metadata: {issuer: "%9$s", revocation_endpoint: "%10$s/revoke"}
                outbound: {private_addresses: [127.0.0.0/8]}
                issuers: [{iss: "%11$s", keys: {jwks_uri: "%12$s"}}]
                """
                    .formatted(
                        node.name(),
                        HOST,
                        node.http(),
                        node.management(),
                        brokerPort,
                        KEY,
                        ClusterConfig.quoted(LIFT.publicPem()),
                        nodes.stream()
                            .map(one -> '"' + HOST + ":" + one.grid() + '"')
                            .collect(Collectors.joining(", ")),
                        introspectorUrl(1),
                        publisherUrl(),
                        issuer.iss(),
                        issuer.jwksUri()))
            .with(
                publishes
                    ? "log_keys: {lift_signing_key: {id: test, private_key: %s}}"
                        .formatted(ClusterConfig.quoted(LIFT.privatePem()))
                    : "grid: {host: %s, port: %d}".formatted(HOST, node.grid()));
    Caller.ALL.forEach(caller -> config.with(caller.yaml()));
    further.forEach(config::with);
    furtherOfOne.getOrDefault(node.name(), List.of()).forEach(config::with);
    List.of(yaml).forEach(config::with);
    Path file = configFile(node.name());
    Files.createDirectories(data);
    Files.writeString(file, config.text());
    return file;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Issuer newIssuer() {
    try {
      return new Issuer();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stop();
    issuer.close();
  }
}
