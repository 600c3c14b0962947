package dev.rescind.system.faults;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A broker and KRaft controller in a process of its own. */
final class BrokerMain {
  private BrokerMain() {}

  /**
   * Runs until it is told to end.
   *
   * @param args the cluster's id, and a file of Kafka's properties
   */
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(args[1]))) {
      properties.load(reader);
    }
    String logs = properties.getProperty("log.dirs");
    Files.createDirectories(Path.of(logs));
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silent)
          .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
          .setClusterId(args[0])
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(logs)
          .setDirectories(List.of(logs))
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .run();
    }
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
    server.startup();
    server.awaitShutdown();
  }
}
