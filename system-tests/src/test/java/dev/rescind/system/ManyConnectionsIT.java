package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** F18: thousands of connections that are slow on purpose, while others work. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ManyConnectionsIT {
  private static final int WANTED = 10_000;
  private static final int LIMIT = 2_000;

  /** An eighth of the connections at half a MiB, and the attackers' own. */
  private static final long MAX_MEBIBYTES = 200;

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

  @TempDir static Path data;

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        new Cluster(data, 1)
            .limited(LIMIT, REQUEST_TIMEOUT)
            .bound(Duration.ofSeconds(30)) // a slow machine is not what is tried here
            .start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static UnixOperatingSystemMXBean system() {
    return (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  }

  /** As many as this process may open beside what the services need. */
  private static int connections() {
    long left =
        system().getMaxFileDescriptorCount()
            - system().getOpenFileDescriptorCount()
            - 2 * LIMIT
            - 1_000;
    return (int) Math.max(1_000, Math.min(WANTED, left));
  }

  private static double open(String managementUrl) throws Exception {
    return Metrics.of(cluster, managementUrl).value("rescind_http_connections{server=\"http\"}");
  }

  private static String revoked() throws Exception {
    String token = cluster.issuer().mint(claims -> claims);
    assertThat(
            cluster
                .post(
                    "/v1/revocations?confirm=all",
                    Caller.ADMIN,
                    "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}")
                .status())
        .isEqualTo(201);
    return token;
  }

  @Test
  void slowConnectionsTakeNothingFromOthers_andAreClosedInTime(TestReporter reporter)
      throws Exception {
    String head = "POST /introspect HTTP/1.1\r\nHost: a\r\n";
    String form = head + "Content-Type: application/x-www-form-urlencoded\r\n";
    String credential = Caller.CALLER.basic();
    String nothingRead =
        (form + "Content-Length: 7\r\n\r\ntoken=t").repeat(20)
            + (form + "Authorization: " + credential + "\r\nContent-Length: 7\r\n\r\ntoken=t")
                .repeat(20);
    List<String> texts =
        List.of(
            "",
            head + "X-Slow: ",
            head + "a:b\r\n".repeat(3_000),
            form + "Content-Length: 60000\r\n\r\ntoken=" + "a".repeat(50_000),
            form + "Transfer-Encoding: chunked\r\n\r\nffff\r\n",
            nothingRead);
    int connections = connections();
    String revoked = revoked();
    List<String> active =
        List.of(
            cluster.issuer().mint(c -> c),
            cluster.issuer().mint("ec-1", JWSAlgorithm.ES256, c -> c));
    assertThat(cluster.isActiveEverywhere(active.get(0))).isTrue();
    long filesBefore = system().getOpenFileDescriptorCount();
    long before = Heap.usedMebibytes();
    long mebibytes;
    double most = 0;

    try (HonestClients honest = new HonestClients(cluster, 1, active, revoked)) {
      honest.await(100);
      int made;
      try (Attackers attackers = new Attackers(cluster.introspectorUrl(1), connections, texts)) {
        int during = honest.asked();
        long end = System.nanoTime() + REQUEST_TIMEOUT.multipliedBy(3).toNanos();
        while (System.nanoTime() < end || honest.asked() < during + 1_000) {
          most = Math.max(most, open(cluster.managementUrl(1)));
        }
        made = attackers.made();
        mebibytes = Heap.usedMebibytes() - before;
      }
      honest.stop();
      reporter.publishEntry(
          "%d slow connections, %d in all, at most %.0f at once, %d MiB of memory for them; %d questions, %d without their answer"
              .formatted(
                  connections, made, most, mebibytes, honest.asked(), honest.failures().size()));
      assertThat(mebibytes).isLessThan(MAX_MEBIBYTES);
      assertThat(most).isGreaterThan(100).isLessThanOrEqualTo(LIMIT);
      assertThat(made).isGreaterThan(connections);
      assertThat(honest.failures()).hasSizeLessThanOrEqualTo(honest.asked() / 1_000);
      assertThat(honest.failures()).noneMatch(answer -> answer.contains("\"active\":true"));
    }
    Await.until("all is given back", () -> open(cluster.managementUrl(1)) <= 4);
    Await.until(
        "as many files are open as before",
        () -> system().getOpenFileDescriptorCount() <= filesBefore + 20);
  }
}
