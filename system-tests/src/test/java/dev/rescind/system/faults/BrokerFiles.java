package dev.rescind.system.faults;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/** The configuration of three brokers, each a controller too. */
final class BrokerFiles {
  static final int PORT = 9092;
  private static final int CONTROLLER_PORT = 9093;

  private BrokerFiles() {}

  static void write(Path file, Path data, List<Host> brokers, int number) throws IOException {
    Host self = brokers.get(number - 1);
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", Integer.toString(number));
    p.setProperty(
        "controller.quorum.voters",
        brokers.stream()
            .map(one -> (brokers.indexOf(one) + 1) + "@" + one.cluster() + ":" + CONTROLLER_PORT)
            .collect(Collectors.joining(",")));
    p.setProperty("controller.listener.names", "CONTROLLER");
    p.setProperty("inter.broker.listener.name", "BROKER");
    p.setProperty(
        "listeners",
        "BROKER://%s:%d,CONTROLLER://%s:%d"
            .formatted(self.cluster(), PORT, self.cluster(), CONTROLLER_PORT));
    p.setProperty("advertised.listeners", "BROKER://" + self.cluster() + ":" + PORT);
    p.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.setProperty("log.dirs", data.toString());
    p.setProperty("auto.create.topics.enable", "false");
    p.setProperty("default.replication.factor", "3");
    p.setProperty("min.insync.replicas", "2");
    // A broker that is gone is taken out within the staleness bound, and let in again at once.
    p.setProperty("broker.session.timeout.ms", "1000");
    p.setProperty("broker.heartbeat.interval.ms", "200");
    p.setProperty("replica.lag.time.max.ms", "1500");
    p.setProperty("replica.fetch.wait.max.ms", "200");
    p.setProperty("replica.fetch.backoff.ms", "100");
    p.setProperty("replica.socket.timeout.ms", "1500");
    p.setProperty("controller.quorum.election.timeout.ms", "500");
    p.setProperty("controller.quorum.election.backoff.max.ms", "300");
    p.setProperty("controller.quorum.fetch.timeout.ms", "1000");
    p.setProperty("controller.quorum.request.timeout.ms", "1000");
    p.setProperty("controller.socket.timeout.ms", "1500");
    p.setProperty("socket.connection.setup.timeout.ms", "300");
    p.setProperty("socket.connection.setup.timeout.max.ms", "600");
    p.setProperty("auto.leader.rebalance.enable", "false");
    p.setProperty("log.cleaner.dedupe.buffer.size", "16777216");
    p.setProperty("num.network.threads", "2");
    p.setProperty("num.io.threads", "2");
    p.setProperty("background.threads", "2");
    try (Writer writer = Files.newBufferedWriter(file)) {
      p.store(writer, null);
    }
  }
}
