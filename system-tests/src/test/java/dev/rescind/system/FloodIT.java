package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** F20: as many tokens that do not exist as can be asked for. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FloodIT {
  private static final int THREADS = 4;
  private static final int QUESTIONS = 5_000; // of each thread
  private static final int PIPELINED = 50;
  private static final long MAX_MEBIBYTES = 30; // under 1 KiB for each question

  @TempDir static Path data;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 1).bound(Duration.ofSeconds(30)).start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** What a node and its grid remember of tokens. */
  private record Memory(double remembered, int verified, int credentials, long metrics) {
    static Memory now() throws Exception {
      String metrics = cluster.get(cluster.managementUrl(1) + "/metrics").body();
      var grid = Hazelcast.getAllHazelcastInstances().iterator().next();
      return new Memory(
          metrics
              .lines()
              .filter(line -> line.startsWith("rescind_credentials_remembered"))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
              .sum(),
          grid.getMap("rescind.verified").size(),
          grid.getMap("rescind.credentials").size(),
          metrics
              .lines()
              // Who asks for so much that there is not is suspected of scanning, and shown as that.
              .filter(line -> line.startsWith("rescind_") && !line.contains("scan_suspected"))
              .count());
    }
  }

  /** A JWT of the issuer's form, signed by nobody, that names a key which there is not. */
  private static String withRandomKid(int number) {
    long now = Instant.now().getEpochSecond();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(new JOSEObjectType("at+jwt"))
            .keyID("kid-" + number + "-" + Tokens.opaque())
            .build();
    String claims =
        "{\"iss\":\"%s\",\"sub\":\"s\",\"aud\":\"a\",\"client_id\":\"c\",\"jti\":\"%s\",\"iat\":%d,\"exp\":%d}"
            .formatted(cluster.issuer().iss(), Tokens.opaque(), now, now + 300);
    return header.toBase64URL()
        + "."
        + Base64URL.encode(claims)
        + "."
        + Base64URL.encode(new byte[64]);
  }

  /** Asks over one connection, some questions at a time; returns how many were inactive. */
  private static int ask(IntFunction<String> tokens, int questions) throws IOException {
    URI uri = URI.create(cluster.introspectorUrl(1));
    int inactive = 0;
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      for (int i = 0; i < questions; i += PIPELINED) {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < PIPELINED; k++) {
          String body = "token=" + tokens.apply(i + k);
          text.append("POST /introspect HTTP/1.1\r\nHost: a\r\nAuthorization: ")
              .append(Caller.CALLER.basic())
              .append("\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ")
              .append(body.length())
              .append("\r\n\r\n")
              .append(body);
        }
        out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        for (int k = 0; k < PIPELINED; k++) {
          inactive += isInactive(in) ? 1 : 0;
        }
      }
    }
    return inactive;
  }

  private static boolean isInactive(BufferedReader in) throws IOException {
    String status = in.readLine();
    int length = 0;
    for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    char[] body = new char[length];
    for (int read = 0; read < length; ) {
      read += in.read(body, read, length - read);
    }
    return status.startsWith("HTTP/1.1 200 ") && new String(body).equals("{\"active\":false}");
  }

  private static void flood(IntFunction<String> tokens, int questions) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Integer>> inactive = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        inactive.add(threads.submit(() -> ask(tokens, questions)));
      }
      for (Future<Integer> one : inactive) {
        assertThat(one.get()).isEqualTo(questions);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void ofTokensThatDoNotExistNothingIsKept_andKeysAreFetchedOnce(TestReporter reporter)
      throws Exception {
    String good = cluster.issuer().mint(claims -> claims);
    flood(number -> Tokens.opaque(), 500); // all that is made once is there
    flood(FloodIT::withRandomKid, 500);
    assertThat(cluster.isActiveEverywhere(good)).isTrue();
    int fetches = cluster.issuer().fetches();
    Memory before = Memory.now();
    long heap = Heap.usedMebibytes();
    long began = System.nanoTime();

    flood(number -> Tokens.opaque(), QUESTIONS);
    flood(FloodIT::withRandomKid, QUESTIONS);

    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
    long more = Heap.usedMebibytes() - heap;
    reporter.publishEntry(
        "%d questions in %d s; %d MiB more memory in use, %d fetches"
            .formatted(
                2 * THREADS * QUESTIONS, seconds, more, cluster.issuer().fetches() - fetches));
    assertThat(Memory.now()).isEqualTo(before);
    assertThat(more).isLessThan(MAX_MEBIBYTES);
    assertThat(cluster.issuer().fetches() - fetches).isLessThanOrEqualTo(1 + (int) seconds / 30);
    assertThat(cluster.isActiveEverywhere(good)).isTrue();
  }
}
