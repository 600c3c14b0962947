package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rescind.system.timing.InactiveTimes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * S8's time: how long inactive answers take, by cause, {@code -Dtiming.samples=…} (100,000) of
 * each, one after the other on one connection to one node, their order drawn at random. What is
 * measured is reported, to {@code target/timing.md} too; that it is alike is not asserted.
 */
class TimingSystemTest {
  private static final int SAMPLES = Integer.getInteger("timing.samples", 100_000);
  private static final int TOKENS = 1_000;
  private static final String OF_OTHERS = "https://other.example";
  private static final String OURS = "https://api.example";

  @TempDir Path data;

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void inactiveAnswersAreTimedByTheirCauses() throws Exception {
    assumeTrue(
        System.getProperty("fault") == null && System.getProperty("planted") == null,
        "not asked for");
    try (Cluster cluster = new Cluster(data, 1).start()) {
      Map<String, List<String>> tokens = new LinkedHashMap<>();
      tokens.put("unknown", opaque());
      tokens.put("unknown, others", opaque());
      tokens.put("malformed", opaque().stream().map(one -> "eyJhbGciOiJub25lIn0." + one).toList());
      tokens.put("expired", registered(cluster, "\"aud\":\"" + OURS + "\",\"exp\":1000000000"));
      tokens.put(
          "revoked", registered(cluster, "\"aud\":\"" + OURS + "\",\"client_id\":\"revoked\""));
      tokens.put("wrong audience", registered(cluster, "\"aud\":\"" + OF_OTHERS + "\""));
      tokens.put(
          "not yours", registered(cluster, "\"aud\":\"" + OURS + "\",\"client_id\":\"other\""));
      Answer revoked =
          cluster.post(
              "/v1/revocations?confirm=all",
              Caller.ADMIN,
              "{\"target\":{\"type\":\"client\",\"iss\":\"https://as.example\","
                  + "\"client_id\":\"revoked\"}}");
      assertThat(revoked.status()).as(revoked.body()).isEqualTo(201);
      InactiveTimes times =
          InactiveTimes.measure(
              cluster.introspectUrl(1), Caller.RESOURCE_SERVER.basic(), tokens, SAMPLES);
      Files.writeString(Path.of("target", "timing.md"), times.report());
      System.out.println(times.report());
    }
  }

  private static List<String> opaque() {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < TOKENS; i++) {
      tokens.add(Tokens.opaque());
    }
    return tokens;
  }

  /** Tokens of the same length as the unknown ones, registered with these members. */
  private static List<String> registered(Cluster cluster, String members) throws Exception {
    List<String> tokens = opaque();
    String type = members.contains("\"other\"") ? "refresh_token" : "access_token";
    StringBuilder lines = new StringBuilder();
    for (String token : tokens) {
      lines.append("{\"token\":\"%s\",\"type\":\"%s\",%s}%n".formatted(token, type, members));
    }
    Answer answer =
        cluster.send(
            "POST",
            cluster.publisherUrl() + "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "application/x-ndjson",
            lines.toString());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().lines())
        .hasSize(TOKENS)
        .allMatch(one -> one.contains("\"status\":201"));
    return tokens;
  }
}
