package dev.rescind.system;

import java.util.Arrays;

/** The metrics of a node, as they were when asked for. */
record Metrics(String text) {
  static Metrics of(Cluster cluster, String managementUrl) throws Exception {
    return new Metrics(cluster.get(managementUrl + "/metrics").body());
  }

  /** The value of one series, spelled as Prometheus does; NaN where it is not there. */
  double value(String series) {
    return Arrays.stream(text.split("\n"))
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }
}
