package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.nimbusds.jose.JWSAlgorithm;
import dev.rescind.introspector.Introspector;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.Publisher;
import dev.rescind.standalone.Rescind;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The main flows of a cluster, with everything that it says: logs from DEBUG upwards, standard
 * output and error, answers with their headers, metrics, health, names of threads, the command line
 * and the services' own. No secret that was used is in any of it, however it is spelled. Names that
 * somebody made up, of members and of keys of the configuration, are said where they are wrong: a
 * secret in the place of a name is not looked for.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class NoSecretsIT {
  /** As {@link Cluster} configures its nodes with. */
  private static final String NODES_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";

  private static final String FORM = "application/x-www-form-urlencoded";

  @TempDir static Path data;

  private static final Map<String, String> secrets =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private static final Map<String, String> said =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private static final Recorder recorder = new Recorder();
  private static final PrintStream out = System.out;
  private static final PrintStream err = System.err;
  private static final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private static Cluster cluster;

  /** Everything that is logged, with the stack traces. */
  private static final class Recorder extends AppenderBase<ILoggingEvent> {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          event.getLoggerName()
              + " "
              + event.getThreadName()
              + " "
              + event.getFormattedMessage()
              + (event.getThrowableProxy() == null
                  ? ""
                  : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
  }

  @BeforeAll
  static void start() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    recorder.start();
    root.addAppender(recorder);
    ((Logger) LoggerFactory.getLogger("dev.rescind")).setLevel(Level.DEBUG);
    System.setOut(new PrintStream(both(out, printed), true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(both(err, printed), true, StandardCharsets.UTF_8));
    for (Caller caller : Caller.ALL) {
      secrets.put("secret of " + caller.name(), caller.secret());
      secrets.put("Authorization of " + caller.name(), caller.basic().substring("Basic ".length()));
      secrets.put("hash of " + caller.name(), caller.secretHash());
    }
    secrets.put("key of the log and the grid", NODES_KEY);
    cluster = new Cluster(data, 1).start();
    String yaml = Files.readString(cluster.configFile("publisher"));
    for (String line : Pattern.compile("\\\\n|\n").splitAsStream(yaml).toList()) {
      if (line.matches("MC4CAQAwBQYDK2VwBCIEI[A-Za-z0-9+/=]+")) {
        secrets.put("private key of lifts", line);
      }
    }
    assertThat(secrets).containsKey("private key of lifts");
  }

  @AfterAll
  static void stop() {
    System.setOut(out);
    System.setErr(err);
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(recorder);
    ((Logger) LoggerFactory.getLogger("dev.rescind")).setLevel(null);
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  private static OutputStream both(OutputStream one, OutputStream other) {
    return new OutputStream() {
      @Override
      public synchronized void write(int b) throws java.io.IOException {
        one.write(b);
        other.write(b);
      }

      @Override
      public synchronized void write(byte[] bytes, int from, int length)
          throws java.io.IOException {
        one.write(bytes, from, length);
        other.write(bytes, from, length);
      }
    };
  }

  private static String secret(String name, String value) {
    secrets.put(name, value);
    return value;
  }

  private static Answer keep(String what, Answer answer) {
    said.merge(
        what, answer.headers() + "\n" + answer.body(), (before, more) -> before + "\n" + more);
    return answer;
  }

  private static Answer send(
      String what,
      String method,
      String url,
      @Nullable Caller caller,
      @Nullable String type,
      @Nullable String body,
      String... headers)
      throws Exception {
    return keep(what, cluster.send(method, url, caller, type, body, headers));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** How a secret could be spelled. */
  private static Map<String, String> spellings(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    Map<String, String> spellings = new LinkedHashMap<>();
    spellings.put("as it is", secret);
    spellings.put("in a URL", encoded(secret));
    spellings.put("in a URL, by %20", encoded(secret).replace("+", "%20"));
    spellings.put("in JSON", Json.write(Json.object().textNode(secret)).replace("\"", ""));
    spellings.put("in base64", Base64.getEncoder().withoutPadding().encodeToString(bytes));
    spellings.put("in base64url", Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    spellings.put("in hexadecimal", HexFormat.of().formatHex(bytes));
    spellings.put("as bytes", java.util.Arrays.toString(bytes).replace("[", "").replace("]", ""));
    return spellings;
  }

  @Test
  void nothingThatIsSaidHoldsASecret() throws Exception {
    credentials();
    refusals();
    managementAndDocuments();
    services();
    commandLine();
    cluster.stopPublisher();
    cluster.startPublisher();
    said.put(
        "threads",
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .collect(Collectors.joining("\n")));
    said.put("logs", String.join("\n", List.copyOf(recorder.lines)));
    said.put("standard output", printed.toString(StandardCharsets.UTF_8));

    assertThat(secrets).hasSizeGreaterThan(25);
    assertThat(said.get("logs")).contains("dev.rescind");
    assertThat(said).hasSizeGreaterThan(30);
    Map<String, String> found = new LinkedHashMap<>();
    secrets.forEach(
        (name, secret) ->
            spellings(secret)
                .forEach(
                    (how, spelled) ->
                        said.forEach(
                            (where, text) -> {
                              if (text.contains(spelled)) {
                                found.put(where, name + ", " + how);
                              }
                            })));
    assertThat(found).isEmpty();
  }

  /** Registered, introspected, revoked and lifted, by every way of saying a secret in a form. */
  private static void credentials() throws Exception {
    String publisher = cluster.publisherUrl();
    String introspect = cluster.introspectUrl(1);
    Caller as = Caller.AUTHORIZATION_SERVER;
    String opaque = secret("an opaque token", Tokens.opaque());
    String refresh = secret("a refresh token", Tokens.opaque());
    String jwt =
        secret("a JWT", cluster.issuer().mint("ec-1", JWSAlgorithm.ES256, claims -> claims));
    secret("a JWT's signature", jwt.substring(jwt.lastIndexOf('.') + 1));
    for (String token : List.of(opaque, refresh)) {
      String type = token.equals(opaque) ? "access_token" : "refresh_token";
      String body =
          "{\"token\":\""
              + token
              + "\",\"type\":\""
              + type
              + "\",\"sub\":\"s\",\"grant_id\":\"g\"}";
      for (String json : List.of(body, body, body.replace("\"s\"", "\"other\""))) {
        send("registered", "POST", publisher + "/v1/credentials", as, "application/json", json);
      }
    }
    send(
        "registered by lines",
        "POST",
        publisher + "/v1/credentials",
        as,
        "application/x-ndjson",
        "{\"token\":\""
            + secret("a token of a line", Tokens.opaque())
            + "\",\"type\":\"api_key\"}\n"
            + "{\"token\":\""
            + opaque
            + "\",\"type\":\"nothing\"}\n"
            + "{\"token\":\""
            + opaque
            + "\"\n");
    for (String token : List.of(opaque, refresh, jwt)) {
      String form = "token=" + encoded(token);
      send("introspected", "POST", introspect, Caller.CALLER, FORM, form);
      send(
          "introspected by a form's secret",
          "POST",
          introspect,
          null,
          FORM,
          form
              + "&client_id="
              + encoded(Caller.CALLER.clientId())
              + "&client_secret="
              + encoded(Caller.CALLER.secret()));
      send("introspected by nobody", "POST", introspect, Caller.NOBODY, FORM, form);
      send(
          "introspected for a signed answer",
          "POST",
          introspect,
          Caller.CALLER,
          FORM,
          form,
          "Accept",
          "application/token-introspection+jwt");
      send("revoked by its client", "POST", publisher + "/revoke", as, FORM, form);
      send("revoked by another", "POST", publisher + "/revoke", Caller.OTHER_SERVER, FORM, form);
      Answer revoked =
          send(
              "revoked",
              "POST",
              publisher + "/v1/revocations",
              Caller.ADMIN,
              "application/json",
              "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"},\"reason\":\"why\"}");
      send(
          "previewed",
          "POST",
          publisher + "/v1/revocations/preview",
          Caller.ADMIN,
          "application/json",
          "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}");
      String id = Json.parseObject(revoked.body()).orElseThrow().path("id").textValue();
      send("lifted", "DELETE", publisher + "/v1/revocations/" + id, Caller.ADMIN, null, null);
    }
    send("listed", "GET", publisher + "/v1/revocations", Caller.ADMIN, null, null);
    send("nodes", "GET", publisher + "/v1/nodes", Caller.ADMIN, null, null);
    // The one answer that holds a secret: whoever makes a key is told it, once.
    Answer made =
        cluster.post(
            "/v1/api-keys", Caller.AUTHORIZATION_SERVER, "{\"name\":\"k\",\"client_id\":\"c\"}");
    assertThat(made.status()).isEqualTo(201);
    String key =
        secret("an API key", Json.parseObject(made.body()).orElseThrow().path("key").asText());
    assertThat(key).startsWith("rsc_");
    send("API keys", "GET", publisher + "/v1/api-keys", as, null, null);
  }

  /** What is wrong, with secrets in all the places where there can be one. */
  private static void refusals() throws Exception {
    String publisher = cluster.publisherUrl();
    String introspect = cluster.introspectUrl(1);
    String wrong = secret("a wrong secret", "wrong " + Tokens.opaque());
    String token = secret("a token of bad requests", Tokens.opaque());
    String basic =
        secret(
            "a wrong Authorization",
            Base64.getEncoder()
                .encodeToString(
                    (Caller.CALLER.clientId() + ":" + wrong).getBytes(StandardCharsets.UTF_8)));
    for (String url : List.of(introspect, publisher + "/revoke", publisher + "/v1/nodes")) {
      String method = url.endsWith("nodes") ? "GET" : "POST";
      String body = method.equals("GET") ? null : "token=" + token;
      for (String scheme : List.of("Basic ", "Bearer ", "DPoP ", "basic", "ApiKey ", "")) {
        send(
            "refused " + scheme + method,
            method,
            url,
            null,
            body == null ? null : FORM,
            body,
            "Authorization",
            scheme + basic);
      }
      send(
          "two secrets",
          method,
          url,
          Caller.CALLER,
          FORM,
          "token=" + token + "&client_id=test-caller&client_secret=" + encoded(wrong));
      send("in the query", method, url + "?token=" + token + "&client_secret=x", null, null, null);
      send("in the path", "GET", publisher + "/v1/revocations/" + token, Caller.ADMIN, null, null);
    }
    for (String body :
        List.of(
            "token=" + token + "&token=" + token,
            "token=" + token + "%4",
            "{\"token\":\"" + token + "\"}",
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                + "&client_assertion="
                + token
                + "&token="
                + token,
            "token=" + token + "a".repeat(70_000))) {
      send("a bad form", "POST", introspect, Caller.CALLER, FORM, body);
      send("a bad form, nobody's", "POST", introspect, null, FORM, body);
      send("bad JSON", "POST", introspect, Caller.CALLER, "application/json", body);
    }
    for (String json :
        List.of(
            "{\"token\":\"" + token,
            "{\"token\":\"" + token + "\",\"token\":\"" + token + "\"}",
            "{\"token\":\"" + token + "\",\"type\":\"" + token + "\"}",
            "{\"token\":\"" + token + "\",\"type\":\"api_key\",\"active\":\"" + token + "\"}",
            "{\"target\":{\"type\":\"token\",\"token\":[\"" + token + "\"]}}",
            "{\"target\":{\"type\":\"" + token + "\"}}",
            "{\"token\":\"short\",\"type\":\"api_key\"}",
            "[\"" + token + "\"]")) {
      for (String path : List.of("/v1/credentials", "/v1/revocations", "/v1/api-keys")) {
        if (path.equals("/v1/api-keys") && json.contains("target")) {
          continue; // one more claim of a key, which is told with the key
        }
        send("bad " + path, "POST", publisher + path, Caller.ADMIN, "application/json", json);
      }
    }
    for (String header :
        List.of("Rescind-At-Least", "Idempotency-Key", "Accept", "Signature", "Signature-Input")) {
      send(
          "a bad " + header,
          "POST",
          introspect,
          Caller.CALLER,
          FORM,
          "token=" + token,
          header,
          token + ";=\"" + token + "\"");
    }
    send(
        "a bad cursor",
        "GET",
        publisher + "/v1/revocations?cursor=" + token,
        Caller.ADMIN,
        null,
        null);
    send("no route", "GET", publisher + "/" + token, Caller.ADMIN, null, null);
  }

  private static void managementAndDocuments() throws Exception {
    for (String base : List.of(cluster.managementUrl(1), cluster.publisherManagementUrl())) {
      for (String path : List.of("/metrics", "/health/live", "/health/ready", "/index", "/none")) {
        send("management" + path, "GET", base + path, null, null, null);
      }
    }
    for (String path : List.of("/.well-known/oauth-authorization-server", "/jwks.json")) {
      send("document " + path, "GET", cluster.introspectorUrl(1) + path, null, null, null);
    }
  }

  /** The services' own command lines: a good configuration, and bad ones full of secrets. */
  private static void services() throws Exception {
    Path good = cluster.configFile("publisher");
    String yaml = Files.readString(good);
    Path bad = data.resolve("bad.yaml");
    Files.writeString(
        bad,
        yaml.replace(
                "secret: \"" + NODES_KEY + "\"",
                "secret: \"" + secret("a weak key", "wE-ak/key!x") + "\"")
            .replace("rights:", "right:"));
    Path broken = data.resolve("broken.yaml");
    Files.writeString(broken, yaml + "\n\t- {" + secret("broken YAML", Tokens.opaque()) + ": [\n");
    for (Path file : List.of(good, bad, broken)) {
      for (String option : List.of("--print-config", "--check-config")) {
        run("publisher " + option, Publisher.class, null, "--config", file.toString(), option);
      }
    }
    run(
        "introspector with the publisher's configuration",
        Introspector.class,
        null,
        "--config",
        good.toString(),
        "--check-config");
    run("unknown option", Publisher.class, null, "--secret=" + secrets.get("a weak key"));
  }

  private static void commandLine() throws Exception {
    Path env = data.resolve("caller.env");
    Files.writeString(
        env,
        "RESCIND_INTROSPECT_URLS='%s'\nRESCIND_PUBLISH_URL='%s'\nRESCIND_CALLER_ID='%s'\nRESCIND_CALLER_SECRET='%s'\n"
            .formatted(
                cluster.introspectUrl(1),
                cluster.publisherUrl(),
                Caller.CALLER.clientId(),
                Caller.CALLER.secret()));
    String token = secret("a token of the command line", Tokens.opaque());
    run("rescind introspect", Rescind.class, token, "introspect", "-", "--env", env.toString());
    Files.writeString(env, Files.readString(env).replace("SECRET='", "SECRET='wrong "));
    run("rescind, refused", Rescind.class, token, "introspect", "-", "--env", env.toString());
    run("rescind, misused", Rescind.class, token, "introspect", "--token=" + token);
  }

  /** What a program prints, as one that a person starts. */
  private static void run(String what, Class<?> main, @Nullable String input, String... args)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(args));
    Path output = Files.createTempFile(data, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (input != null) {
      process.getOutputStream().write((input + "\n").getBytes(StandardCharsets.UTF_8));
    }
    process.getOutputStream().close();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output);
    assertThat(text).as(what).isNotBlank();
    said.merge(what, text, (before, more) -> before + "\n" + more);
  }
}
