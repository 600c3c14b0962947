package dev.rescind.standalone;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker and its KRaft controller in this JVM, on the loopback interface, with its
 * data in one directory: what was acknowledged is there again after a restart, a kill included.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String NODE_ID = "1";
  private static final String HOST = "127.0.0.1";

  private final Path directory;
  private final int port;
  private final int controllerPort;
  private final Map<String, String> further;
  private @Nullable KafkaRaftServer server;

  public EmbeddedBroker(Path directory, int port, int controllerPort) {
    this(directory, port, controllerPort, Map.of());
  }

  private EmbeddedBroker(
      Path directory, int port, int controllerPort, Map<String, String> further) {
    this.directory = directory;
    this.port = port;
    this.controllerPort = controllerPort;
    this.further = Map.copyOf(further);
  }

  /** One that has these properties too, or in place of its own. */
  public EmbeddedBroker with(Map<String, String> properties) {
    return new EmbeddedBroker(directory, port, controllerPort, properties);
  }

  public String bootstrapServer() {
    return HOST + ":" + port;
  }

  /** Returns once the broker takes requests. */
  public synchronized void start() throws IOException {
    if (server != null) {
      throw new IllegalStateException("already started");
    }
    Path logs = directory.resolve("log");
    Files.createDirectories(logs);
    format(logs);
    KafkaRaftServer starting =
        new KafkaRaftServer(KafkaConfig.fromProps(properties(logs), false), Time.SYSTEM);
    server = starting;
    starting.startup();
  }

  @Override
  public synchronized void close() {
    KafkaRaftServer running = server;
    server = null;
    if (running != null) {
      running.shutdown();
      running.awaitShutdown();
    }
  }

  private void format(Path logs) throws IOException {
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silent)
          .setNodeId(Integer.parseInt(NODE_ID))
          .setClusterId(clusterId())
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(logs.toString())
          .setDirectories(List.of(logs.toString()))
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + logs, e);
    }
  }

  private String clusterId() throws IOException {
    Path file = directory.resolve("cluster-id");
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    String id = Uuid.randomUuid().toString();
    PrivateFile.write(file, id + "\n");
    return id;
  }

  private Properties properties(Path logs) {
    Properties p = new Properties();
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", NODE_ID);
    p.setProperty("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
    p.setProperty("controller.listener.names", "CONTROLLER");
    p.setProperty("inter.broker.listener.name", "BROKER");
    p.setProperty(
        "listeners",
        "BROKER://" + bootstrapServer() + ",CONTROLLER://" + HOST + ":" + controllerPort);
    p.setProperty("advertised.listeners", "BROKER://" + bootstrapServer());
    p.setProperty("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.setProperty("log.dirs", logs.toString());
    p.setProperty("auto.create.topics.enable", "false");
    p.setProperty("offsets.topic.replication.factor", "1");
    p.setProperty("offsets.topic.num.partitions", "1");
    p.setProperty("transaction.state.log.replication.factor", "1");
    p.setProperty("transaction.state.log.num.partitions", "1");
    p.setProperty("transaction.state.log.min.isr", "1");
    p.setProperty("share.coordinator.state.topic.replication.factor", "1");
    p.setProperty("share.coordinator.state.topic.num.partitions", "1");
    p.setProperty("share.coordinator.state.topic.min.isr", "1");
    p.setProperty("min.insync.replicas", "1");
    p.setProperty("group.initial.rebalance.delay.ms", "0");
    // After a kill the controller still waits for the old session: 9 s with the defaults.
    p.setProperty("broker.session.timeout.ms", "1000");
    p.setProperty("broker.heartbeat.interval.ms", "250");
    // Room for 170,000 keys a pass, instead of 128 MiB of heap from the start.
    p.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
    p.setProperty("num.network.threads", "2");
    p.setProperty("num.io.threads", "2");
    p.setProperty("background.threads", "2");
    p.putAll(further);
    return p;
  }
}
