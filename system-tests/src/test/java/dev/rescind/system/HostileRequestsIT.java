package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** F8, F19 and S9: requests as bytes, to both services of a live cluster. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostileRequestsIT {
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final Pattern ANSWER =
      Pattern.compile("HTTP/1\\.1 (\\d{3}) .*?\r\n\r\n(?:(\\{.*?})(?=HTTP/|$))?", Pattern.DOTALL);

  @TempDir static Path data;

  private static Cluster cluster;
  private static String active;
  private static String revoked;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 1).bound(Duration.ofSeconds(30)).start();
    active = cluster.issuer().mint(claims -> claims);
    revoked = cluster.issuer().mint(claims -> claims);
    Answer answer =
        cluster.post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{\"type\":\"token\",\"token\":\"" + revoked + "\"}}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(cluster.isActiveEverywhere(active)).isTrue();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** Requests whose answers are of every kind that there is. */
  private static Stream<Arguments> answersOfEveryKind() {
    String host = "Host: a\r\n\r\n";
    String node = cluster.introspectorUrl(1);
    String publisher = cluster.publisherUrl();
    String management = cluster.managementUrl(1);
    return Stream.of(
        Arguments.of(200, node, introspection(active, "")),
        Arguments.of(200, node, introspection(revoked, "")),
        Arguments.of(401, node, "POST /introspect HTTP/1.1\r\nContent-Length: 0\r\n" + FORM + host),
        Arguments.of(415, node, post("/introspect", Caller.CALLER, JSON, "{}")),
        Arguments.of(405, node, "GET /introspect HTTP/1.1\r\n" + host),
        Arguments.of(405, node, "POST /.well-known/oauth-authorization-server HTTP/1.1\r\n" + host),
        Arguments.of(404, node, "GET /nowhere HTTP/1.1\r\n" + host),
        Arguments.of(414, node, "GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n" + host),
        Arguments.of(200, publisher, post("/revoke", Caller.ADMIN, FORM, "token=unknown-to-all")),
        Arguments.of(422, publisher, post("/v1/credentials", Caller.ADMIN, JSON, "{}")),
        Arguments.of(401, publisher, "GET /v1/nodes HTTP/1.1\r\n" + host),
        Arguments.of(404, publisher, "GET /nowhere HTTP/1.1\r\n" + host),
        Arguments.of(200, management, "GET /health/live HTTP/1.1\r\n" + host),
        Arguments.of(200, management, "GET /health/ready HTTP/1.1\r\n" + host),
        Arguments.of(200, management, "GET /metrics HTTP/1.1\r\n" + host),
        Arguments.of(404, management, "GET /nowhere HTTP/1.1\r\n" + host),
        Arguments.of(405, management, "POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n" + host));
  }

  @ParameterizedTest
  @MethodSource("answersOfEveryKind")
  void everyAnswerTellsBrowsersToKeepAndLoadNothing(int status, String url, String request)
      throws Exception {
    String answer =
        RawHttp.exchange(url, request.replaceFirst("\r\n", "\r\nConnection: close\r\n"));

    assertThat(answer).matches("(?s)HTTP/1\\.[01] " + status + " .*");
    assertThat(answer.substring(0, answer.indexOf("\r\n\r\n") + 2))
        .containsIgnoringCase("\r\nCache-Control: no-store\r\n")
        .containsIgnoringCase("\r\nX-Content-Type-Options: nosniff\r\n")
        .containsIgnoringCase(
            "\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n")
        .containsIgnoringCase("\r\nReferrer-Policy: no-referrer\r\n")
        .doesNotContainIgnoringCase("\r\nServer:")
        .doesNotContainIgnoringCase("\r\nStrict-Transport-Security:");
  }

  private static String headers(Caller caller) {
    return "Host: a\r\nAuthorization: " + caller.basic() + "\r\n";
  }

  private static String post(String path, Caller caller, String headers, String body) {
    return "POST %s HTTP/1.1\r\n%s%sContent-Length: %d\r\n\r\n%s"
        .formatted(path, headers(caller), headers, body.length(), body);
  }

  private static String introspection(String token, String headers) {
    return post("/introspect", Caller.CALLER, FORM + headers, "token=" + token);
  }

  private static String chunked(String path, Caller caller, String headers, String body) {
    StringBuilder text =
        new StringBuilder("POST " + path + " HTTP/1.1\r\n" + headers(caller) + headers)
            .append("Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < body.length(); i++) {
      text.append("1\r\n").append(body.charAt(i)).append("\r\n");
    }
    return text.append("0\r\n\r\n").toString();
  }

  private static Socket connect(String url) throws IOException {
    URI uri = URI.create(url);
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Everything that comes until the other side closes, in whatever way. */
  private static String readAll(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[8_192];
    try {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        all.write(chunk, 0, read);
      }
    } catch (SocketException e) {
      // reset: after an answer, or instead of one
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  private static String exchange(String url, String request) throws IOException {
    try (Socket socket = connect(url)) {
      try {
        socket.getOutputStream().write(bytes(request));
      } catch (SocketException e) {
        // The other side has had enough; what it answered is there to be read.
      }
      return readAll(socket);
    }
  }

  /** Sends one byte after the other, each in a segment of its own. */
  private static String dripped(String url, String request) throws IOException {
    try (Socket socket = connect(url)) {
      OutputStream out = socket.getOutputStream();
      for (byte one : bytes(request)) {
        out.write(one);
      }
      return readAll(socket);
    }
  }

  private static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  private static double connections(String managementUrl) throws Exception {
    return Metrics.of(cluster, managementUrl).value("rescind_http_connections{server=\"http\"}");
  }

  /** F8. */
  @Test
  void whatComesInOneByteChunksIsAnsweredAsEver_byBothServices() throws Exception {
    String close = "Connection: close\r\n";
    String node = cluster.introspectorUrl(1);
    assertThat(dripped(node, introspection(active, close))).contains("\"active\":true");
    assertThat(dripped(node, introspection(revoked, close))).endsWith("{\"active\":false}");
    assertThat(dripped(node, chunked("/introspect", Caller.CALLER, FORM, "token=" + revoked)))
        .endsWith("{\"active\":false}");
    assertThat(exchange(node, chunked("/introspect", Caller.CALLER, FORM, "token=" + active)))
        .contains("\"active\":true");

    String token = Tokens.opaque();
    String registration = "{\"token\":\"" + token + "\",\"type\":\"access_token\"}";
    assertThat(
            dripped(
                cluster.publisherUrl(),
                chunked("/v1/credentials", Caller.AUTHORIZATION_SERVER, JSON, registration)))
        .startsWith("HTTP/1.1 201 ");
    assertThat(
            dripped(
                cluster.publisherUrl(),
                chunked("/revoke", Caller.AUTHORIZATION_SERVER, FORM, "token=" + token)))
        .startsWith("HTTP/1.1 200 ");
    Await.until("it is revoked", () -> cluster.isInactiveEverywhere(token));
  }

  /** F8. */
  @Test
  void whatBreaksOffAnywhereIsNeverAnsweredActive_andLeavesNothingBehind() throws Exception {
    String[] urls = {cluster.introspectorUrl(1), cluster.publisherUrl()};
    String[] requests = {
      introspection(revoked, ""),
      post(
          "/v1/credentials",
          Caller.AUTHORIZATION_SERVER,
          JSON,
          "{\"token\":\"broken off at some byte\"}")
    };
    long filesBefore = openFiles();
    for (int which = 0; which < 2; which++) {
      byte[] request = bytes(requests[which]);
      for (int length = 0; length < request.length; length += 1 + length % 5) {
        try (Socket socket = connect(urls[which])) {
          socket.getOutputStream().write(request, 0, length);
          if (length % 3 == 0) {
            socket.setSoLinger(true, 0); // a reset
          } else if (length % 3 == 1) {
            socket.shutdownOutput();
            assertThat(readAll(socket)).doesNotContain("\"active\":true").doesNotContain(" 201 ");
          }
        }
      }
    }
    Await.until(
        "the introspector has forgotten them", () -> connections(cluster.managementUrl(1)) <= 4);
    Await.until(
        "the publisher has forgotten them",
        () -> connections(cluster.publisherManagementUrl()) <= 4);
    Await.until("their files are closed", () -> openFiles() <= filesBefore + 20);
    assertThat(cluster.isActiveEverywhere(active)).isTrue();
  }

  /** F19. */
  @Test
  void aThousandPipelinedQuestionsAreAnsweredInTheirOrder() throws Exception {
    StringBuilder questions = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      questions.append(
          introspection(i % 3 == 0 ? active : revoked, i == 999 ? "Connection: close\r\n" : ""));
    }

    List<Boolean> answers = new ArrayList<>();
    Matcher answer = ANSWER.matcher(exchange(cluster.introspectorUrl(1), questions.toString()));
    while (answer.find()) {
      assertThat(answer.group(1)).isEqualTo("200");
      answers.add(answer.group(2).startsWith("{\"active\":true"));
    }

    assertThat(answers).hasSize(1_000);
    for (int i = 0; i < 1_000; i++) {
      assertThat(answers.get(i)).isEqualTo(i % 3 == 0);
    }
  }

  /** F19. */
  @ParameterizedTest
  @ValueSource(strings = {"/introspect", "/revoke", "/v1/revocations", "/v1/credentials"})
  void whatIsTooLargeIsRefused(String path) throws Exception {
    String url = path.equals("/introspect") ? cluster.introspectorUrl(1) : cluster.publisherUrl();
    String type = path.startsWith("/v1") ? JSON : FORM;
    String head = "POST " + path + " HTTP/1.1\r\n" + headers(Caller.ADMIN) + type;

    assertThat(exchange(url, head + "X: " + "x".repeat(1 << 20) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(exchange(url, head + "a:b\r\n".repeat(200_000) + "\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(
            exchange(
                url, "POST " + path + "?" + "q".repeat(1 << 16) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
        .matches("(?s)HTTP/1\\.[01] 414 .*");
    assertThat(exchange(url, post(path, Caller.ADMIN, type, "a=&".repeat(3_000_000))))
        .startsWith("HTTP/1.1 413 ");
    assertThat(
            exchange(
                url,
                post(path, Caller.ADMIN, type + "Connection: close\r\n", "a=&".repeat(20_000))))
        .startsWith("HTTP/1.1 400 ");
  }

  /** F19; RFC 9112 section 6.3. */
  @ParameterizedTest
  @ValueSource(strings = {"/introspect", "/revoke", "/v1/revocations"})
  void aRequestOfTwoLengthsIsRefused_andWhatFollowsIsNotRead(String path) throws Exception {
    String url = path.equals("/introspect") ? cluster.introspectorUrl(1) : cluster.publisherUrl();
    String type = path.startsWith("/v1") ? JSON : FORM;
    String smuggled = introspection(active, "");
    for (String lengths :
        List.of(
            "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
            "Content-Length: 0\r\nContent-Length: 7\r\n",
            "Transfer-Encoding: chunked, identity\r\nContent-Length: 7\r\n",
            "Transfer-Encoding: xchunked\r\nContent-Length: 7\r\n",
            "Transfer-Encoding : chunked\r\nContent-Length: 7\r\n")) {
      String answer =
          exchange(
              url,
              "POST "
                  + path
                  + " HTTP/1.1\r\n"
                  + headers(Caller.ADMIN)
                  + type
                  + lengths
                  + "\r\n7\r\ntoken=t\r\n0\r\n\r\n"
                  + smuggled);

      assertThat(answer).as(lengths).startsWith("HTTP/1.1 400 ").doesNotContain("active");
      assertThat(answer.split("HTTP/1.1 ", -1)).as(lengths).hasSize(2);
    }
  }

  /** F19: "Aa" and "BB" have the same hash code, and so have all rows of as many of them. */
  private static List<String> colliding(int pairs) {
    List<String> names = List.of("");
    for (int i = 0; i < pairs; i++) {
      List<String> longer = new ArrayList<>();
      for (String name : names) {
        longer.add(name + "Aa");
        longer.add(name + "BB");
      }
      names = longer;
    }
    return names;
  }

  /** F19. */
  @Test
  void namesThatCollideAreReadOrRefused() throws Exception {
    List<String> names = colliding(9);
    assertThat(names.stream().mapToInt(String::hashCode).distinct().toArray()).hasSize(1);
    String node = cluster.introspectorUrl(1);
    String close = "Connection: close\r\n";

    StringBuilder form = new StringBuilder("token=" + active);
    names.forEach(name -> form.append('&').append(name).append("=1"));
    assertThat(exchange(node, post("/introspect", Caller.CALLER, FORM + close, form.toString())))
        .startsWith("HTTP/1.1 400 ");

    StringBuilder headers = new StringBuilder(close);
    names.forEach(name -> headers.append(name).append(": 1\r\n"));
    assertThat(exchange(node, introspection(active, headers.toString())))
        .contains("\"active\":true");

    List<String> many = colliding(11);
    StringBuilder json =
        new StringBuilder("{\"token\":\"" + Tokens.opaque() + "\",\"type\":\"api_key\"");
    many.forEach(name -> json.append(",\"").append(name).append("\":1"));
    assertThat(
            exchange(
                cluster.publisherUrl(),
                post("/v1/credentials", Caller.AUTHORIZATION_SERVER, JSON + close, json + "}")))
        .matches("(?s)HTTP/1\\.1 (201|422) .*");
    assertThat(
            exchange(
                cluster.publisherUrl(),
                post("/v1/revocations", Caller.ADMIN, JSON + close, json + "}")))
        .startsWith("HTTP/1.1 422 ");
  }

  /** S8: in whatever way it is asked, inactive says nothing. */
  @Test
  void inactiveAnswersAreEqual_pipelinedAndByHttp10() throws Exception {
    String unknown = Tokens.opaque();
    for (String version : List.of("HTTP/1.0", "HTTP/1.1")) {
      List<String> answers = new ArrayList<>();
      for (String token : List.of(revoked, unknown, "half.a.JWT")) {
        String question = introspection(token, "Connection: close\r\n");
        answers.add(
            masked(
                exchange(cluster.introspectorUrl(1), question.replaceFirst("HTTP/1.1", version))));
      }
      assertThat(answers.get(0)).contains(" 200 OK\r\n").endsWith("{\"active\":false}");
      assertThat(answers).containsOnly(answers.get(0));
    }
    String pipelined =
        masked(
            exchange(
                cluster.introspectorUrl(1),
                introspection(revoked, "")
                    + introspection(unknown, "")
                    + introspection("x", "Connection: close\r\n")));
    String[] answers = pipelined.split("(?=HTTP/1.1 )", -1);
    assertThat(answers).hasSize(3);
    assertThat(answers[1]).isEqualTo(answers[0]);
  }

  private static String masked(String answer) {
    return answer.replaceAll("(?mi)^(date|rescind-position|rescind-staleness-ms): .*$", "$1: …");
  }

  /** S9: more unproven secrets at once than are checked. */
  @Test
  void guessersAreRefusedOrSentAway_andKnownCallersAreNotHeldUp() throws Exception {
    int guesses = 400;
    ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
    List<Socket> guessers = new ArrayList<>();
    try {
      for (int i = 0; i < guesses; i++) {
        Socket socket = connect(cluster.introspectorUrl(1));
        guessers.add(socket);
        String wrong =
            Base64.getEncoder().encodeToString(bytes(Caller.CALLER.clientId() + ":guess " + i));
        String body = "token=" + active;
        socket
            .getOutputStream()
            .write(
                bytes(
                    "POST /introspect HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Basic "
                        + wrong
                        + "\r\n"
                        + FORM
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body));
        if (i % 20 == 0) {
          assertThat(cluster.introspect(1, active, Caller.CALLER).body())
              .contains("\"active\":true");
        }
      }
      for (Socket socket : guessers) {
        answers.add(readAll(socket));
      }
    } finally {
      for (Socket socket : guessers) {
        socket.close();
      }
    }
    assertThat(answers)
        .hasSize(guesses)
        .allMatch(answer -> answer.matches("(?s)HTTP/1\\.1 (401|429|503) .*"))
        .noneMatch(answer -> answer.contains("active"));
  }
}
