package dev.rescind.system.timing;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** How long a node took to say that tokens are inactive, by why they are. */
public final class InactiveTimes {
  private static final int WARM_UP = 30_000;
  private static final int REDRAWS = 200;

  private final Map<String, Latencies> times;

  private InactiveTimes(Map<String, Latencies> times) {
    this.times = times;
  }

  /**
   * Asks for tokens of each class equally often, in an order drawn at random, on one connection.
   *
   * @param tokens of each class, which all are inactive to the caller
   * @param samples of each class
   */
  public static InactiveTimes measure(
      String url, String authorization, Map<String, List<String>> tokens, int samples)
      throws IOException {
    URI uri = URI.create(url);
    List<String> names = List.copyOf(tokens.keySet());
    byte[][][] requests = new byte[names.size()][][];
    for (int i = 0; i < names.size(); i++) {
      requests[i] =
          tokens.getOrDefault(names.get(i), List.of()).stream()
              .map(token -> request(uri, authorization, token))
              .toArray(byte[][]::new);
    }
    SplittableRandom random = new SplittableRandom();
    byte[] order = order(names.size(), samples, random);
    long[][] times = new long[names.size()][samples];
    int[] taken = new int[names.size()];
    try (KeptConnection connection = new KeptConnection(uri)) {
      for (int i = 0; i < WARM_UP; i++) {
        byte[][] of = requests[random.nextInt(requests.length)];
        connection.time(of[random.nextInt(of.length)]);
      }
      for (byte one : order) {
        byte[][] of = requests[one];
        times[one][taken[one]++] = connection.time(of[random.nextInt(of.length)]);
      }
    }
    Map<String, Latencies> sorted = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      sorted.put(names.get(i), Latencies.of(times[i]));
    }
    return new InactiveTimes(sorted);
  }

  private static byte[] order(int classes, int samples, SplittableRandom random) {
    byte[] order = new byte[classes * samples];
    for (int i = 0; i < order.length; i++) {
      order[i] = (byte) (i % classes);
    }
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      byte kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  private static byte[] request(URI url, String authorization, String token) {
    String body = "token=" + token;
    return ("POST "
            + url.getPath()
            + " HTTP/1.1\r\nHost: "
            + url.getAuthority()
            + "\r\nAuthorization: "
            + authorization
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Tables in Markdown; times in microseconds. */
  public String report() {
    StringBuilder report = new StringBuilder();
    report.append("| cause | samples | p10 | p50 | p90 | p99 |\n|---|---|---|---|---|---|\n");
    times.forEach(
        (name, one) ->
            report.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %d | %.1f | %.1f | %.1f | %.1f |%n",
                    name,
                    one.size(),
                    one.quantile(0.1) / 1_000.0,
                    one.quantile(0.5) / 1_000.0,
                    one.quantile(0.9) / 1_000.0,
                    one.quantile(0.99) / 1_000.0)));
    Map.Entry<String, Latencies> first = times.entrySet().iterator().next();
    report
        .append("\n| against ")
        .append(first.getKey())
        .append(
            " | slower with probability [95 %] | Kolmogorov-Smirnov | medians differ by | told"
                + " apart |\n|---|---|---|---|---|\n");
    SplittableRandom random = new SplittableRandom(1);
    times.forEach(
        (name, one) -> {
          if (!name.equals(first.getKey())) {
            Comparison comparison = Comparison.of(one, first.getValue(), REDRAWS, random);
            report.append(
                "| %s | %s | %s |%n"
                    .formatted(name, comparison, comparison.tellsApart() ? "yes" : "no"));
          }
        });
    return report.toString();
  }
}
