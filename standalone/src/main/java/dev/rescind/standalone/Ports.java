package dev.rescind.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which port of 127.0.0.1 belongs to what, counted from a base. Nodes are numbered from 1.
 *
 * @param nodes 1 to 9; the tenth introspector's port would be the first one's management port
 */
record Ports(int base, int nodes) {
  static final int DEFAULT_BASE = 8080;
  static final int MAX_NODES = 9;
  static final String HOST = "127.0.0.1";

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  Ports {
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new IllegalArgumentException("--nodes must be 1 to " + MAX_NODES);
    }
    if (base < 1 || base + 1001 + 100 * (nodes - 1) > 65_535) {
      throw new IllegalArgumentException(
          "--port-base must be 1 to " + (65_535 - 1001 - 100 * (nodes - 1)));
    }
  }

  int introspector(int node) {
    return base + 100 * (node - 1);
  }

  int introspectorManagement(int node) {
    return base + 1000 + 100 * (node - 1);
  }

  int publisher() {
    return base + 1;
  }

  int publisherManagement() {
    return base + 1001;
  }

  int issuer() {
    return base + 2;
  }

  int broker() {
    return base + 3;
  }

  int controller() {
    return base + 4;
  }

  int grid(int node) {
    return base + 10 + node - 1;
  }

  List<Integer> nodeNumbers() {
    return IntStream.rangeClosed(1, nodes).boxed().toList();
  }

  static String url(int port) {
    return "http://" + HOST + ":" + port;
  }

  static String address(int port) {
    return HOST + ":" + port;
  }

  /** Every port with the name of what it is for. */
  Map<Integer, String> purposes() {
    Map<Integer, String> all = new LinkedHashMap<>();
    for (int node : nodeNumbers()) {
      all.put(introspector(node), "introspector-" + node);
      all.put(introspectorManagement(node), "introspector-" + node + " management");
      all.put(grid(node), "introspector-" + node + " grid");
    }
    all.put(publisher(), "publisher");
    all.put(publisherManagement(), "publisher management");
    all.put(issuer(), "demo issuer");
    all.put(broker(), "Kafka broker");
    all.put(controller(), "Kafka controller");
    return all;
  }

  /** What stands in the way, in one line; empty when every port is free. */
  Optional<String> taken() {
    for (Map.Entry<Integer, String> port : purposes().entrySet()) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(LOOPBACK, port.getKey()));
      } catch (IOException e) {
        return Optional.of(
            "port "
                + port.getKey()
                + " ("
                + port.getValue()
                + ") on "
                + HOST
                + " cannot be had: "
                + e.getMessage()
                + "; choose others with --port-base");
      }
    }
    return Optional.empty();
  }
}
