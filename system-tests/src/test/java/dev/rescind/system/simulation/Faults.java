package dev.rescind.system.simulation;

import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import dev.rescind.system.simulation.Broker.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What goes wrong in a run, by chance. */
final class Faults {
  private static final MacKeys ANOTHERS =
      new MacKeys(
          List.of(
              new MacKeys.Key(
                  "another",
                  "another's key, not the log's".repeat(2).getBytes(StandardCharsets.US_ASCII))));
  private static final long HOUR_MILLIS = 3_600_000;

  private final World world;
  private final Network network;
  private final Kafka kafka;
  private final RecordCodec codec;
  private final long bound;
  private final List<Node> nodes;
  private final List<Publisher> publishers;
  private final Grid grid;
  private boolean ended;
  private boolean clocksJumped;
  private final boolean ofBrokers;

  Faults(Node.Surroundings on, List<Node> nodes, List<Publisher> publishers, Grid grid) {
    this.world = on.world();
    this.network = on.network();
    this.kafka = on.kafka();
    this.codec = on.codec();
    this.bound = on.bound().nanos();
    this.nodes = nodes;
    this.publishers = publishers;
    this.grid = grid;
    this.ofBrokers = world.random().nextBoolean();
  }

  boolean didClocksJump() {
    return clocksJumped;
  }

  /** Whether nodes are right never to serve again. */
  boolean isLogUnusable() {
    return kafka.incarnation() > 0
        || kafka.broker(Math.max(0, kafka.leader())).committed().stream()
            .anyMatch(
                entry ->
                    codec.decode(entry.key, entry.value)
                        instanceof RecordCodec.Decoded.NotUnderstood);
  }

  void plan(long duration) {
    for (int i = 2 + world.random().nextInt(7); i > 0; i--) {
      world.in(world.random().nextLong(duration), this::any);
    }
    if (world.chance(0.02)) {
      world.in(
          duration / 2 + world.random().nextLong(duration / 2),
          world.chance(0.5) ? this::makeAnew : this::unknownKind);
    }
  }

  /** Ends all that can end. */
  void end() {
    ended = true;
    network.heal();
    grid.merge();
    for (int id = 0; id < Kafka.BROKERS; id++) {
      if (network.isDown(id)) {
        kafka.down(id, false);
      }
    }
    nodes.stream().filter(node -> node.replica() == null).forEach(Node::start);
    for (int i = 0; i < publishers.size(); i++) {
      if (network.isDown(Kafka.CONTROLLER + 1 + i)) {
        publishers.get(i).start();
      }
    }
  }

  private long lasting() {
    return bound / 10 + world.random().nextLong(bound * 3);
  }

  private Node node() {
    return nodes.get(world.random().nextInt(nodes.size()));
  }

  private void any() {
    if (ended) {
      return;
    }
    switch (world.random().nextInt(17)) {
      case 0, 1 -> pause(world.random().nextInt(network.hosts()));
      case 2 -> pause(Math.max(0, kafka.leader()));
      case 3, 4 -> split(true);
      case 5 -> split(false);
      case 6, 7 -> zombie();
      case 8, 9 -> restartNode(node());
      case 10 -> restartBroker(world.random().nextInt(Kafka.BROKERS));
      case 11 -> restartPublisher(world.random().nextInt(publishers.size()));
      case 12 -> jump();
      case 13 -> {
        world.trace("the network is slow");
        network.slow(bound / 8);
      }
      case 14 -> {
        kafka.compact();
        world.trace("compacted");
      }
      case 15 -> rubbish();
      default -> splitGrid();
    }
  }

  private void pause(int host) {
    long nanos = lasting();
    world.trace("host %d is paused for %.0f ms", host, nanos / 1e6);
    network.pause(host, nanos);
  }

  private void split(boolean bothWays) {
    Set<Integer> one = new HashSet<>();
    Set<Integer> other = new HashSet<>();
    for (int host = 0; host < network.hosts(); host++) {
      (world.random().nextInt(3) == 0 ? one : other).add(host);
    }
    cut(one, other, bothWays);
  }

  private void cut(Set<Integer> one, Set<Integer> other, boolean bothWays) {
    long nanos = lasting();
    world.trace(
        "%s %s %s for %.0f ms", one, bothWays ? "is cut from" : "cannot reach", other, nanos / 1e6);
    network.cut(one, other, nanos);
    if (bothWays) {
      network.cut(other, one, nanos);
    }
  }

  /** The leader, with some who trust it, is alone. */
  private void zombie() {
    Set<Integer> one = new HashSet<>(Set.of(Math.max(0, kafka.leader()), node().host()));
    Set<Integer> other = new HashSet<>();
    if (world.chance(0.3)) {
      one.add(Kafka.CONTROLLER + 1 + world.random().nextInt(publishers.size()));
    }
    for (int host = 0; host < network.hosts(); host++) {
      if (!one.contains(host)) {
        other.add(host);
      }
    }
    cut(one, other, true);
  }

  private void restartNode(Node node) {
    if (kafka.incarnation() > 0) {
      return;
    }
    world.trace("%s is killed", node.name());
    node.kill();
    world.in(
        world.random().nextLong(bound),
        () -> {
          if (node.replica() == null) {
            world.trace("%s starts", node.name());
            node.start();
          }
        });
  }

  private void restartBroker(int id) {
    world.trace("broker %d is killed", id);
    kafka.down(id, true);
    world.in(
        world.random().nextLong(bound * 2),
        () -> {
          if (network.isDown(id)) {
            kafka.down(id, false);
          }
        });
  }

  private void restartPublisher(int which) {
    Publisher publisher = publishers.get(which);
    world.trace("publisher %d is killed", which);
    publisher.kill();
    world.in(
        world.random().nextLong(bound),
        () -> {
          if (network.isDown(Kafka.CONTROLLER + 1 + which)) {
            publisher.start();
          }
        });
  }

  /** The clocks of nodes, or those of brokers: two that agree on a wrong time are believed. */
  private void jump() {
    long millis = (world.random().nextBoolean() ? 1 : -1) * world.random().nextLong(HOUR_MILLIS);
    clocksJumped = true;
    if (ofBrokers) {
      int id = world.random().nextInt(Kafka.BROKERS);
      world.trace("the wall clock of broker %d jumps by %d ms", id, millis);
      kafka.broker(id).clockSkewMillis += millis;
      return;
    }
    Node node = node();
    world.trace("the wall clock of %s jumps by %d ms", node.name(), millis);
    node.jump(millis);
  }

  private void splitGrid() {
    grid.split(world.random().nextInt(nodes.size()));
    world.trace("the grid is split");
    world.in(lasting(), grid::merge);
  }

  /** What anybody may write who can reach the topic. */
  private void rubbish() {
    Publisher publisher = publishers.get(0);
    RecordCodec anothers = new RecordCodec(ANOTHERS, Simulation.liftKeys());
    for (int i = world.random().nextInt(8); i >= 0; i--) {
      byte[] any = new byte[1 + world.random().nextInt(200)];
      world.random().nextBytes(any);
      Payload payload =
          switch (world.random().nextInt(5)) {
            case 0 -> new Payload(any, any.clone());
            case 1 -> new Payload(null, any);
            case 2 -> new Payload(any, null);
            case 3 -> again();
            default -> {
              UUID id = new UUID(world.random().nextLong(), 1_000);
              RecordCodec.Encoded forged =
                  anothers.encode(
                      world.random().nextBoolean()
                          ? new LogRecord.Lifted(new Lift(id, Instant.EPOCH, "nobody"))
                          : new LogRecord.Revoked(
                              new Revocation(
                                  id,
                                  new Target.Issuer("https://as.example"),
                                  Cutoff.ALWAYS,
                                  null,
                                  Instant.EPOCH,
                                  null,
                                  new Revocation.Circumstances("nobody", null, null, false))));
              yield new Payload(forged.key(), forged.value());
            }
          };
      publisher.write(payload, position -> {});
    }
    world.trace("rubbish is written");
  }

  /** A record that is in the log already. */
  private Payload again() {
    List<Broker.Entry> log = kafka.broker(Math.max(0, kafka.leader())).committed();
    if (log.isEmpty()) {
      return new Payload(null, null);
    }
    Broker.Entry entry = log.get(world.random().nextInt(log.size()));
    return new Payload(entry.key, entry.value);
  }

  /** A node that starts after that would know nothing of the past, so none does. */
  private void makeAnew() {
    if (nodes.stream().anyMatch(node -> node.replica() == null)) {
      return;
    }
    world.trace("the topic is made anew");
    kafka.makeAnew();
  }

  /** A newer program writes what this one does not understand. */
  private void unknownKind() {
    byte[] key = {99, 1};
    byte[] body = {1, 99, 7, 7};
    byte[] tag = Simulation.keys().tag("rescind.revocations", key, body);
    publishers
        .get(0)
        .write(
            new Payload(
                key, ByteBuffer.allocate(body.length + tag.length).put(body).put(tag).array()),
            position -> {});
    world.trace("a record of an unknown kind is written");
  }
}
