package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that ask too much, strangers that fail too often, and callers that try tokens. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ThrottleIT {
  private static final Caller GREEDY =
      new Caller("greedy", List.of("introspect", "read"), null, null);
  private static final Caller SCANNER = new Caller("scanner", List.of("introspect"), null, null);
  private static final String SCAN_SERIES =
      "rescind_scan_suspected{caller=\"" + SCANNER.clientId() + "\"}";

  @TempDir static Path data;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        new Cluster(data, 1)
            .with(GREEDY.yaml().replace("rights:", "rate: {per_second: 1, burst: 5}, rights:"))
            .with(SCANNER.yaml())
            .with("scan: {window: 2s, min_requests: 30, action: throttle}")
            .with("throttle: {strangers: {per_second: 1, burst: 20}}")
            .bound(Duration.ofSeconds(10))
            .start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static double metric(String series) throws Exception {
    return Metrics.of(cluster, cluster.managementUrl(1)).value(series);
  }

  private static Answer introspect(Caller caller) throws Exception {
    return cluster.introspect(1, Tokens.opaque(), caller);
  }

  @Test
  void aCallerOverItsRateIs429_andNoOtherIs() throws Exception {
    Answer refused = introspect(GREEDY);
    for (int i = 0; i < 50 && refused.status() == 200; i++) {
      refused = introspect(GREEDY);
    }

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body())
        .isEqualTo(
            "{\"error\":\"temporarily_unavailable\",\"error_description\":\"too many requests\"}");
    assertThat(refused.header("Content-Type")).containsExactly("application/json");
    assertThat(refused.header("Retry-After")).hasSize(1);
    assertThat(refused.header("Retry-After").get(0)).matches("[1-9][0-9]*");
    assertThat(introspect(Caller.CALLER).status()).isEqualTo(200);
    assertThat(metric("rescind_throttled_total{by=\"caller\"}")).isPositive();
    assertThat(metric("rescind_introspections_total{cause=\"429\",outcome=\"refused\"}"))
        .isPositive();
  }

  @Test
  void aCallerOverItsRateIs429_underV1Too() throws Exception {
    String url = cluster.publisherUrl() + "/v1/nodes";
    Answer refused = cluster.send("GET", url, GREEDY, null, null);
    for (int i = 0; i < 50 && refused.status() == 200; i++) {
      refused = cluster.send("GET", url, GREEDY, null, null);
    }

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Content-Type")).containsExactly("application/problem+json");
    assertThat(refused.body()).contains("\"title\":\"Too Many Requests\"", "\"status\":429");
    assertThat(refused.header("Retry-After").get(0)).matches("[1-9][0-9]*");
  }

  @Test
  void strangersOverTheirNetworksRateAre429_andWhoIsKnownNeverIs() throws Exception {
    Answer refused = introspect(wrong(0));
    for (int i = 1; i < 60 && refused.status() == 401; i++) {
      refused = introspect(wrong(i));
      assertThat(introspect(Caller.CALLER).status()).isEqualTo(200);
    }

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).hasSize(1);
    // Nor is who has yet to be proven: its secret is looked at all the same.
    assertThat(introspect(Caller.STALE_TAKER).status()).isEqualTo(200);
    assertThat(metric("rescind_throttled_total{by=\"strangers\"}")).isPositive();
  }

  /** Who has the name of a caller, and not its secret. */
  private static Caller wrong(int number) {
    return new Caller("nobody-" + number, List.of(), null, null);
  }

  @Test
  void aCallerThatTriesTokensIsFound_andSentAwayUntilTheWindowHasPassed() throws Exception {
    Await.until("it is found", () -> introspect(SCANNER).status() == 429);
    assertThat(metric(SCAN_SERIES)).isOne();
    assertThat(metric("rescind_scan_episodes_total")).isPositive();
    assertThat(introspect(Caller.CALLER).status()).isEqualTo(200);
    assertThat(metric("rescind_throttled_total{by=\"scan\"}")).isPositive();

    Await.until("it is let in again", () -> introspect(SCANNER).status() == 200);
    assertThat(metric(SCAN_SERIES)).isNaN();
  }

  @Test
  void aCallerWhoseTokensHaveExpiredIsNotSuspected() throws Exception {
    String expired =
        cluster
            .issuer()
            .mint(
                claims ->
                    claims
                        .issueTime(Date.from(Instant.EPOCH))
                        .expirationTime(Date.from(Instant.EPOCH.plusSeconds(300))));
    for (int i = 0; i < 100; i++) {
      assertThat(cluster.introspect(1, expired, Caller.RESOURCE_SERVER).body())
          .isEqualTo("{\"active\":false}");
    }

    // By the time that another is found, this one has been looked at.
    double looks = metric("rescind_scan_episodes_total");
    Await.until(
        "another was found",
        () -> introspect(SCANNER).status() == 429 || metric("rescind_scan_episodes_total") > looks);
    assertThat(
            metric("rescind_scan_suspected{caller=\"" + Caller.RESOURCE_SERVER.clientId() + "\"}"))
        .isNaN();
    Await.until("it is let in again", () -> introspect(SCANNER).status() == 200);
  }
}
