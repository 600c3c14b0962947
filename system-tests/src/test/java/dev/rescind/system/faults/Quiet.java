package dev.rescind.system.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.system.faults.FaultCluster.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must hold once faults are healed and nothing is written: S6 (all indexes are equal), Q1 (the
 * counters add up), D1 (what was acknowledged is there) and S8 (inactive says nothing).
 */
final class Quiet {
  private static final Duration S6 = Duration.ofSeconds(5);
  private static final Pattern OUTCOME =
      Pattern.compile("(?m)^rescind_log_records_total\\{outcome=\"(\\w+)\"} (\\S+)");
  private static final Pattern READ = Pattern.compile("(?m)^rescind_log_records_read_total (\\S+)");

  private final FaultCluster cluster;

  Quiet(FaultCluster cluster) {
    this.cluster = cluster;
  }

  /** Checks; says what does not hold. The load must not write meanwhile. */
  List<String> problems(Map<String, String> acknowledged) throws Exception {
    List<String> problems = new ArrayList<>();
    indexes(problems);
    for (Node node : services()) {
      counters(node, problems);
    }
    durable(acknowledged, problems);
    silent(problems);
    return problems;
  }

  private List<Node> services() {
    List<Node> services = new ArrayList<>(cluster.introspectors());
    services.addAll(cluster.publishers());
    return services;
  }

  private void indexes(List<String> problems) throws Exception {
    Map<String, String> digests = new TreeMap<>();
    try {
      FaultCluster.await(
          "all indexes are equal",
          S6.plusSeconds(10),
          () -> {
            long at = System.currentTimeMillis();
            for (Node node : services()) {
              JsonNode index =
                  Json.parseObject(cluster.management(node, "/index?at=" + at).body())
                      .orElseThrow();
              digests.put(node.name(), index.path("digest").asText() + " " + index.path("facts"));
            }
            return new HashSet<>(
                        digests.values().stream()
                            .map(one -> one.substring(0, one.indexOf(' ')))
                            .toList())
                    .size()
                == 1;
          });
    } catch (AssertionError e) {
      problems.add("S6: the indexes differ: " + digests);
    }
  }

  /** How many records of the log became what, at one node. */
  Map<String, Long> records(Node node) throws IOException {
    String metrics = cluster.management(node, "/metrics").text();
    Map<String, Long> counts = new HashMap<>();
    Matcher outcomes = OUTCOME.matcher(metrics);
    while (outcomes.find()) {
      counts.put(outcomes.group(1), (long) Double.parseDouble(outcomes.group(2)));
    }
    Matcher read = READ.matcher(metrics);
    if (read.find()) {
      counts.put("read", (long) Double.parseDouble(read.group(1)));
    }
    return counts;
  }

  private void counters(Node node, List<String> problems) throws Exception {
    Map<String, Long> counts = Map.of();
    for (int attempt = 0; attempt < 20; attempt++) { // a barrier may come between two counters
      counts = records(node);
      long read = counts.getOrDefault("read", -1L);
      long sum = counts.values().stream().mapToLong(Long::longValue).sum() - read;
      if (read == sum) {
        return;
      }
      Thread.sleep(7);
    }
    problems.add("Q1: the counters of " + node + " do not add up: " + counts);
  }

  private void durable(Map<String, String> acknowledged, List<String> problems) throws IOException {
    Node publisher = cluster.publishers().get(0);
    Set<String> missing = new TreeSet<>(acknowledged.keySet());
    try (Wire wire = new Wire(publisher.host().client(), ServiceFiles.PUBLISHER_PORT, 1_000)) {
      String cursor = "";
      do {
        Wire.Reply reply =
            wire.exchange(
                Wire.request(
                    "GET /v1/revocations?limit=1000" + cursor,
                    "Authorization: " + ServiceFiles.CALLER.basic() + "\r\n",
                    ""),
                10_000);
        if (reply.status() != 200) {
          problems.add("D1: the revocations cannot be listed: " + reply.status());
          return;
        }
        ObjectNode page = Json.parseObject(reply.body()).orElseThrow();
        page.path("items").forEach(item -> missing.remove(item.path("id").asText()));
        String next = page.path("next").asText("");
        cursor = next.isEmpty() ? "" : "&cursor=" + next;
      } while (!cursor.isEmpty() && !missing.isEmpty());
    }
    if (!missing.isEmpty()) {
      problems.add(
          "D1: "
              + missing.size()
              + " acknowledged revocations are not there, such as "
              + missing.iterator().next());
    }
  }

  private void silent(List<String> problems) throws IOException, InterruptedException {
    for (Node node : cluster.introspectors()) {
      Set<String> seen = new HashSet<>();
      try (Wire wire = new Wire(node.host().client(), ServiceFiles.INTROSPECTOR_PORT, 1_000)) {
        for (String token :
            List.of(Population.opaque(), "a", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "%=&")) {
          Wire.Reply reply = wire.exchange(Population.question(token), 2_000);
          for (int again = 0; again < 50 && reply.status() == 503; again++) { // the grid was late
            Thread.sleep(100);
            reply = wire.exchange(Population.question(token), 2_000);
          }
          seen.add(reply.head().replaceAll("(?mi)^(date|rescind-\\S+): .*$", "$1") + reply.text());
        }
      }
      if (seen.size() != 1) {
        problems.add("S8: inactive answers of " + node + " differ: " + seen);
      }
    }
  }
}
