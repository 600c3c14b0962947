package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.introspector.Introspector;
import dev.rescind.log.LiftKeys;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.platform.config.KafkaConfig;
import dev.rescind.platform.kafka.Topics;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * L4: an introspector's process from its start to its first yes, with as many facts in the log as
 * {@code -Dfacts=} says (100,000 unless told), first from the log alone and then from a checkpoint.
 * It says how long both took; that they are right is what it checks. With ten million facts it
 * needs 4 GB of disk, and minutes: {@code -Dheap=2g} for the node.
 */
@Timeout(value = 1_800, unit = TimeUnit.SECONDS)
class StartUpIT {
  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";
  private static final LiftPair LIFTS = LiftPair.generate();
  private static final String HOST = "127.0.0.1";
  private static final int FACTS = Integer.getInteger("facts", 100_000);
  private static final String HEAP = System.getProperty("heap", "512m");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int brokerPort = FreePorts.one();
  private final int port = FreePorts.one();
  private final int management = FreePorts.one();
  private final int grid = FreePorts.one();
  private @Nullable Process process;

  @TempDir Path directory;

  @BeforeEach
  void noneIsLeft() {
    process = null;
  }

  @AfterEach
  void end() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().waitFor();
    }
  }

  @Test
  void servesOnceItHoldsAllFacts_andNeverSaysYesBefore() throws Exception {
    try (EmbeddedBroker broker =
            new EmbeddedBroker(directory.resolve("kafka"), brokerPort, FreePorts.one());
        Issuer issuer = new Issuer()) {
      broker.start();
      ManyFacts facts = new ManyFacts(issuer.iss(), FACTS);
      int records = fill(facts);
      Path config = config(issuer);

      say("%,d facts, %,d records, from the log".formatted(FACTS, records));
      startAndCheck(config, issuer);
      assertThat(metric("rescind_log_records_total{outcome=\"applied\"}")).isEqualTo(records);
      stop();
      say("the same from a checkpoint of %,d bytes".formatted(Files.size(checkpoint())));
      startAndCheck(config, issuer);
      assertThat(metric("rescind_log_records_total{outcome=\"applied\"}")).isZero();
      stop();
    }
  }

  /** Makes the topics, and keeps the broker from compacting while time is taken. */
  private int fill(ManyFacts facts) throws Exception {
    KafkaConfig kafka = new KafkaConfig(List.of(HOST + ":" + brokerPort), 1, 1, 16, Map.of());
    Await.until("the topics are there", () -> isThere(kafka));
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, Topics.REVOCATIONS),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "1"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    MacKeys keys =
        new MacKeys(List.of(new MacKeys.Key("test", Base64.getUrlDecoder().decode(SECRET))));
    return facts.writeTo(
        kafka.clientProperties(), Topics.REVOCATIONS, new RecordCodec(keys, lifts()));
  }

  private static LiftKeys lifts() {
    return new LiftKeys(
        List.of(new LiftKeys.Verification("test", LIFTS.pair().getPublic())),
        new LiftKeys.Signing("test", LIFTS.pair().getPrivate()));
  }

  private static boolean isThere(KafkaConfig kafka) throws Exception {
    try {
      Topics.ensure(kafka);
      return true;
    } catch (Topics.UnreachableException e) {
      return false; // made, and not yet known everywhere
    }
  }

  private Path checkpoint() {
    return directory.resolve("index");
  }

  private Path config(Issuer issuer) throws IOException {
    return Files.writeString(
        directory.resolve("introspector.yaml"),
        """
        profile: development
        node: {name: introspector-1, url: "http://%1$s:%2$d"}
        http: {host: %1$s, port: %2$d}
        management: {host: %1$s, port: %3$d}
        kafka: {bootstrap_servers: ["%1$s:%4$d"], replication_factor: 1, min_insync_replicas: 1}
        log_keys:
          mac_keys: [{id: test, secret: %5$s}]
          lift_verification_keys: [{id: test, public_key_file: "%12$s"}]
        grid:
          cluster_name: test-%4$d
          port: %6$d
          members: ["%1$s:%6$d"]
          seal_keys: [{id: test, secret: %5$s}]
        index: {checkpoint: "%7$s"}
        outbound: {private_addresses: [127.0.0.0/8]}
        issuers: [{iss: "%8$s", keys: {jwks_uri: "%9$s"}}]
        identities:
          - client_id: %10$s
            secret_hashes: ["%11$s"]
            rights: [introspect]
        """
            .formatted(
                HOST,
                port,
                management,
                brokerPort,
                SECRET,
                grid,
                checkpoint(),
                issuer.iss(),
                issuer.jwksUri(),
                Caller.CALLER.clientId(),
                Caller.CALLER.secretHash(),
                Files.writeString(directory.resolve("lift.pem"), LIFTS.publicPem())));
  }

  private void startAndCheck(Path config, Issuer issuer) throws Exception {
    List<String> covered = new ArrayList<>();
    List<String> free = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int fact = (int) ((long) i * FACTS / 20) / 10 * 10 + 6;
      covered.add(issuer.mint(claims -> claims.subject(ManyFacts.name(fact))));
      int lifted = fact / 100 * 100 + 7;
      free.add(issuer.mint(claims -> claims.subject(ManyFacts.name(lifted))));
      free.add(issuer.mint(claims -> claims.subject("nobody revoked me")));
    }
    long began = System.nanoTime();
    Process started = start(config);
    process = started;
    int asked = 0;
    while (ask(management, "/health/ready") != 200) {
      assertThat(started.isAlive()).as("the node lives").isTrue();
      String answer = introspect(covered.get(asked++ % covered.size()));
      assertThat(answer).doesNotContain("\"active\":true");
      LockSupport.parkNanos(20_000_000);
    }
    say(
        "  serving after %.2f s, with %.2f s of CPU"
            .formatted((System.nanoTime() - began) / 1e9, cpuSeconds(started)));
    for (String token : covered) {
      assertThat(introspect(token)).isEqualTo("{\"active\":false}");
    }
    for (String token : free) {
      assertThat(introspect(token)).contains("\"active\":true");
    }
    say("  index entries %,d, %s".formatted(metric("rescind_index_facts"), resident(started)));
  }

  private Process start(Path config) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + HEAP);
    command.addAll(List.of(System.getProperty("node.flags", "-XX:+UseParallelGC").split(" ")));
    command.add("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Introspector.class.getName(), "--config", config.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("RESCIND_"));
    builder.environment().put("RESCIND_LOG_FORMAT", "text");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    return builder.start();
  }

  private Path log() {
    return directory.resolve("introspector.log");
  }

  private void stop() throws Exception {
    Process running = process;
    process = null;
    if (running != null) {
      running.destroy();
      assertThat(running.waitFor(60, TimeUnit.SECONDS)).as("the node stops").isTrue();
    }
  }

  private int ask(int port, String path) throws Exception {
    try {
      return http.send(get(port, path), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0; // not listening yet
    }
  }

  private static HttpRequest get(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + path)).build();
  }

  private String introspect(String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + "/introspect"))
            .header("Authorization", Caller.CALLER.basic())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return ""; // not listening yet
    }
  }

  private long metric(String name) throws Exception {
    String all =
        http.send(get(management, "/metrics"), HttpResponse.BodyHandlers.ofString()).body();
    Map<String, Double> values = new HashMap<>();
    all.lines()
        .filter(line -> !line.startsWith("#") && line.contains(" "))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            });
    assertThat(values).containsKey(name);
    return Math.round(values.getOrDefault(name, -1.0));
  }

  private static double cpuSeconds(Process of) {
    return of.info().totalCpuDuration().map(time -> time.toMillis() / 1e3).orElse(Double.NaN);
  }

  /** Where the system tells. */
  private static String resident(Process of) throws IOException {
    Path status = Path.of("/proc", Long.toString(of.pid()), "status");
    if (!Files.exists(status)) {
      return "?";
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .findFirst()
        .orElse("?");
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
