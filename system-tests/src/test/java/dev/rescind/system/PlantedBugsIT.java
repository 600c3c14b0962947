package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.ServiceKind;
import dev.rescind.platform.service.Service;
import dev.rescind.publisher.Publisher;
import dev.rescind.standalone.EmbeddedBroker;
import dev.rescind.system.history.HistoryChecker;
import dev.rescind.system.history.HistoryReport;
import dev.rescind.system.history.Operation;
import dev.rescind.system.history.Operation.Call;
import dev.rescind.system.history.Operation.Outcome;
import dev.rescind.system.planted.agent.AgentJar;
import dev.rescind.system.planted.agent.PlantedBug;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bugs planted into an introspector's process, whose code is that of the project: the history of
 * what it answers shows each, and nothing without one. What it takes two sides of a cut network to
 * see is planted in the long run instead.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlantedBugsIT {
  private static final Duration BOUND = Duration.ofSeconds(1);
  private static final int EVERY = 20;
  private static final String HOST = "127.0.0.1";
  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

  @TempDir static Path data;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final Issuer issuer = newIssuer();
  private final int brokerPort = FreePorts.one();
  private final int gridPort = FreePorts.one();
  private final int introspectorPort = FreePorts.one();
  private final int introspectorManagement = FreePorts.one();
  private final int publisherPort = FreePorts.one();
  private final int publisherManagement = FreePorts.one();
  private final List<Operation> history = new ArrayList<>();
  private @Nullable EmbeddedBroker broker;
  private @Nullable Service publisher;
  private @Nullable Process introspector;
  private Path agent = Path.of("target", "planted-agent.jar");

  private static Issuer newIssuer() {
    try {
      return new Issuer();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeAll
  void start() throws Exception {
    agent = AgentJar.write(agent);
    ECKey ec = issuer.ec();
    issuer.publish(issuer.rsa(), ec, new ECKey.Builder(ec).keyID("ec-again").build());
    EmbeddedBroker starting =
        new EmbeddedBroker(data.resolve("kafka"), brokerPort, FreePorts.one());
    starting.start();
    broker = starting;
  }

  @AfterAll
  void stop() {
    if (publisher != null) {
      publisher.close();
    }
    if (broker != null) {
      broker.close();
    }
    issuer.close();
  }

  @AfterEach
  void killIntrospector() throws Exception {
    Process running = introspector;
    if (running != null) {
      running.destroyForcibly();
      running.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private Path config(String name, int port, int management, boolean introspects)
      throws IOException {
    Path file = data.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        profile: development
        node: {name: %s, url: "http://%s:%d"}
        http: {host: %s, port: %d}
        management: {host: %s, port: %d}
        freshness: {staleness_bound: %dms}
        kafka:
          bootstrap_servers: ["%s:%d"]
          replication_factor: 1
          min_insync_replicas: 1
          credentials_partitions: 2
        log_keys: {mac_keys: [{id: test, secret: "%s"}]}
        grid:
          cluster_name: planted-%d
          members: ["%s:%d"]
          seal_keys: [{id: test, secret: "%s"}]
        %s
        outbound: {private_addresses: [127.0.0.0/8]}
        issuers: [{iss: "%s", keys: {jwks_uri: "%s"}}]
        identities:
          - client_id: "%s"
            secret_hashes: ["%s"]
            rights: [%s]
        """
            .formatted(
                name,
                HOST,
                port,
                HOST,
                port,
                HOST,
                management,
                BOUND.toMillis(),
                HOST,
                brokerPort,
                KEY,
                brokerPort,
                HOST,
                gridPort,
                KEY,
                introspects ? "  host: " + HOST + "\n  port: " + gridPort : "",
                issuer.iss(),
                issuer.jwksUri(),
                Caller.ADMIN.clientId(),
                Caller.ADMIN.secretHash(),
                Caller.ADMIN.rights().stream()
                    .filter(right -> !right.equals("lift")) // it needs a key that signs lifts
                    .map(right -> '"' + right + '"')
                    .collect(Collectors.joining(", "))));
    return file;
  }

  private void startIntrospector(@Nullable String option) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--add-modules",
            "java.se",
            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2"));
    if (option != null) {
      command.add(option);
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.rescind.introspector.Introspector",
            "--config",
            config("introspector", introspectorPort, introspectorManagement, true).toString()));
    Path log = Files.createDirectories(Path.of("target", "planted")).resolve("introspector.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("RESCIND_"));
    Process starting = builder.start();
    introspector = starting;
    Await.until(
        "the introspector serves (" + log + ")",
        () -> {
          assertThat(starting.isAlive()).as(() -> read(log)).isTrue();
          return get(introspectorManagement);
        });
    if (publisher == null) {
      publisher =
          Publisher.start(
              ConfigSource.load(
                  config("publisher", publisherPort, publisherManagement, false),
                  Map.of(),
                  ServiceKind.PUBLISHER));
    }
    Await.until("the publisher serves", () -> get(publisherManagement));
    if (option != null) {
      assertThat(read(log)).contains("planted: " + option.substring(option.indexOf('=') + 1));
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private boolean get(int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + "/health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> post(int port, String path, String type, String body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + path))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", Caller.ADMIN.basic())
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private Call call(long invoked, Outcome outcome) {
    return new Call(history.size(), 1, "n", invoked, System.nanoTime(), outcome);
  }

  private void known(String name, String... places) {
    history.add(
        new Operation.Known(
            call(System.nanoTime(), Outcome.OK), name, List.of(places), 1_000L, null));
  }

  private void revoke(String place, String target, @Nullable Long issuedBefore) throws Exception {
    long invoked = System.nanoTime();
    HttpResponse<String> answer =
        post(
            publisherPort,
            "/v1/revocations",
            "application/json",
            "{\"target\":"
                + target
                + ",\"issued_before\":"
                + (issuedBefore == null ? "\"always\"" : issuedBefore)
                + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    history.add(
        new Operation.Revoke(
            call(invoked, Outcome.OK),
            "r" + history.size(),
            List.of(place),
            issuedBefore == null ? Long.MAX_VALUE : issuedBefore,
            null,
            null));
  }

  /** Asks until there is an answer. */
  private void ask(String name, String token) throws Exception {
    Await.until("there is an answer", () -> isAnswered(name, token));
  }

  private boolean isAnswered(String name, String token) throws Exception {
    long invoked = System.nanoTime();
    HttpResponse<String> answer =
        post(
            introspectorPort,
            "/introspect",
            "application/x-www-form-urlencoded",
            "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
    boolean ok = answer.statusCode() == 200;
    history.add(
        new Operation.Introspect(
            call(invoked, ok ? Outcome.OK : Outcome.REFUSED),
            name,
            ok ? answer.body().startsWith("{\"active\":true") : null,
            null,
            null));
    return ok;
  }

  private static void passTheBound() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(BOUND.toNanos() + 50_000_000);
  }

  private HistoryReport check() {
    return HistoryChecker.check(history, BOUND, Duration.ZERO);
  }

  private String mint(String jti) {
    return issuer.mint(claims -> claims.jwtID(jti));
  }

  /** What shows a bug, if there is one. */
  private void provoke(PlantedBug bug, @Nullable String option) throws Exception {
    String iss = issuer.iss();
    String run = bug + (option == null ? "-none-" : "-planted-");
    switch (bug) {
      case SKIPPED_APPLY -> {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < EVERY + 1; i++) {
          String jti = run + i;
          tokens.add(mint(jti));
          known("c" + i, "jti " + jti);
          revoke(
              "jti " + jti,
              "{\"type\":\"token\",\"iss\":\"%s\",\"jti\":\"%s\"}".formatted(iss, jti),
              null);
        }
        passTheBound();
        for (int i = 0; i < tokens.size(); i++) {
          ask("c" + i, tokens.get(i));
        }
      }
      case RESET_TO_LATEST -> {
        String token = mint(run);
        known("c", "jti");
        ask("c", token);
        revoke(
            "jti", "{\"type\":\"token\",\"iss\":\"%s\",\"jti\":\"%s\"}".formatted(iss, run), null);
        killIntrospector();
        startIntrospector(option);
        passTheBound();
        ask("c", token);
      }
      case FINGERPRINT_OF_THE_TEXT -> {
        String token = mint(run);
        known("c", "token");
        revoke("token", "{\"type\":\"token\",\"token\":\"%s\"}".formatted(token), null);
        passTheBound();
        ask("c", token);
      }
      case KEY_BY_KID_ALONE -> {
        String token = issuer.mint("ec-again", JWSAlgorithm.ES256, claims -> claims.jwtID(run));
        known("c", "key");
        revoke("key", "{\"type\":\"key\",\"iss\":\"%s\",\"kid\":\"ec-1\"}".formatted(iss), null);
        passTheBound();
        ask("c", token);
      }
      case LAST_CUTOFF_WINS -> {
        String token = issuer.mint(claims -> claims.subject(run));
        known("c", "subject");
        String target = "{\"type\":\"subject\",\"iss\":\"%s\",\"sub\":\"%s\"}".formatted(iss, run);
        revoke("subject", target, null);
        revoke("subject", target, 1L);
        passTheBound();
        ask("c", token);
      }
      case FRESH_BY_END_OFFSETS -> throw new IllegalArgumentException("needs a cut network");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FRESH_BY_END_OFFSETS")
  void isFound(PlantedBug bug) throws Exception {
    String option =
        AgentJar.option(agent, bug) + (bug == PlantedBug.SKIPPED_APPLY ? ":" + EVERY : "");
    history.clear();
    startIntrospector(option);
    provoke(bug, option);

    HistoryReport report = check();
    System.out.println(bug + ": " + report);
    assertThat(report.violations()).as("what shows %s", bug).isNotEmpty();
    assertThat(report.violations()).allMatch(one -> one.promise().equals("S1"));
  }

  @Test
  void withoutABug_theSameIsClean() throws Exception {
    startIntrospector(null);
    for (PlantedBug bug : PlantedBug.values()) {
      if (bug != PlantedBug.FRESH_BY_END_OFFSETS) {
        history.clear();
        provoke(bug, null);
        assertThat(check().violations()).as("where %s was not planted", bug).isEmpty();
        assertThat(check().counts().inactive()).isPositive();
      }
    }
  }
}
