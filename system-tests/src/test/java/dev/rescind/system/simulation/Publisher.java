package dev.rescind.system.simulation;

import dev.rescind.log.LogRecord;
import dev.rescind.log.RecordCodec;
import dev.rescind.system.simulation.Broker.Payload;
import java.util.function.IntConsumer;

/** A publisher: appends facts, and says when they are acknowledged. */
final class Publisher {
  private final World world;
  private final Network network;
  private final Kafka kafka;
  private final RecordCodec codec;
  private final long bound;
  private final int host;
  private int starts;
  private Client client;
  private long sent;
  long wallOffsetMillis;

  Publisher(Node.Surroundings on, int host) {
    this.world = on.world();
    this.network = on.network();
    this.kafka = on.kafka();
    this.codec = on.codec();
    this.bound = on.bound().nanos();
    this.host = host;
    this.client = newClient();
  }

  private Client newClient() {
    int start = starts;
    return new Client(world, network, kafka, host, bound / 4, () -> start == starts);
  }

  void kill() {
    starts++;
    network.down(host, true);
  }

  void start() {
    starts++;
    network.down(host, false);
    client = newClient();
  }

  long wallMillis() {
    return world.wallMillis() + wallOffsetMillis;
  }

  /**
   * Appends a fact; answers with its position or -1, or, if the process ends before, not at all.
   */
  void append(LogRecord fact, IntConsumer answer) {
    RecordCodec.Encoded encoded = codec.encode(fact);
    write(new Payload(encoded.key(), encoded.value()), answer);
  }

  /** Appends any bytes. */
  void write(Payload payload, IntConsumer answer) {
    Client current = client;
    long id = Simulation.producerId(host, ++sent);
    network.onHost(
        host, () -> current.send(id, payload, world.now() + bound * 5 / 2, answer::accept));
  }
}
