package dev.rescind.system.simulation;

import dev.rescind.system.simulation.Broker.Entry;
import dev.rescind.system.simulation.Broker.Payload;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A process's way to Kafka: it asks whom it believes to lead, and any broker, when that one does
 * not answer, who does.
 */
final class Client {
  /** What became of something sent. */
  interface Sent {
    /** Acknowledged at an offset, or given up: -1. */
    void over(int offset);
  }

  /** What a fetch came to. */
  interface Read {
    void entries(List<Entry> entries);

    /** The log has no such position. */
    void outOfRange();
  }

  private final World world;
  private final Network network;
  private final Kafka kafka;
  private final int host;
  private final long timeout;
  private final BooleanSupplier lives;
  private int leader;
  private int epoch;
  private int topic;

  /**
   * @param timeout of a request
   * @param lives whether the process that owns this still runs
   */
  Client(World world, Network network, Kafka kafka, int host, long timeout, BooleanSupplier lives) {
    this.world = world;
    this.network = network;
    this.kafka = kafka;
    this.host = host;
    this.timeout = timeout;
    this.lives = lives;
    this.leader = world.random().nextInt(Kafka.BROKERS);
    this.topic = kafka.incarnation();
  }

  /** Which making of the topic the process knew when it started. */
  int topic() {
    return topic;
  }

  private void onHost(Runnable run) {
    network.onHost(
        host,
        () -> {
          if (lives.getAsBoolean()) {
            run.run();
          }
        });
  }

  /** Asks any broker who leads; believes no older term than it knows. */
  private void refresh() {
    int asked = world.random().nextInt(Kafka.BROKERS);
    network.send(
        host,
        asked,
        () -> {
          Broker.Leadership view = kafka.broker(asked).leadership;
          network.send(
              asked,
              host,
              () -> {
                if (view.epoch() >= epoch && view.leader() >= 0) {
                  epoch = view.epoch();
                  leader = view.leader();
                }
              });
        });
  }

  /** Sends a record until it is acknowledged or the time for that is over. */
  void send(long producer, Payload payload, long deadline, Sent sent) {
    attempt(producer, payload, deadline, new Once(sent));
  }

  /** Takes the first of several answers. */
  private static final class Once implements Sent {
    private final Sent sent;
    private boolean over;

    Once(Sent sent) {
      this.sent = sent;
    }

    @Override
    public void over(int offset) {
      if (!over) {
        over = true;
        sent.over(offset);
      }
    }
  }

  private void attempt(long producer, Payload payload, long deadline, Once sent) {
    if (sent.over || !lives.getAsBoolean()) {
      return;
    }
    if (world.now() >= deadline) {
      sent.over(Broker.REFUSED);
      return;
    }
    int to = leader;
    boolean[] answered = new boolean[1];
    Runnable again =
        () -> {
          if (!answered[0]) {
            answered[0] = true;
            refresh();
            world.in(timeout / 10, () -> onHost(() -> attempt(producer, payload, deadline, sent)));
          }
        };
    network.send(
        host,
        to,
        () ->
            kafka
                .broker(to)
                .append(
                    producer,
                    payload,
                    world.wallMillis(),
                    offset ->
                        network.send(
                            to,
                            host,
                            () -> {
                              if (offset == Broker.REFUSED) {
                                again.run();
                              } else if (lives.getAsBoolean()) {
                                answered[0] = true;
                                sent.over(offset);
                              }
                            })));
    world.in(Math.min(timeout, deadline - world.now()), () -> onHost(again));
  }

  /** Reads committed records from a position on; asks again until there are some. */
  void read(int position, Read read) {
    if (!lives.getAsBoolean()) {
      return;
    }
    int to = leader;
    int term = epoch;
    boolean[] answered = new boolean[1];
    Runnable again =
        () -> {
          if (!answered[0]) {
            answered[0] = true;
            refresh();
            world.in(timeout / 20, () -> onHost(() -> read(position, read)));
          }
        };
    Consumer<Runnable> answer =
        run ->
            network.send(
                to,
                host,
                () -> {
                  if (!answered[0] && lives.getAsBoolean()) {
                    answered[0] = true;
                    run.run();
                  }
                });
    network.send(
        host,
        to,
        () -> {
          Broker broker = kafka.broker(to);
          if (!broker.believesToLead() || broker.leadership.epoch() != term) {
            network.send(to, host, again);
          } else if (position > broker.end()) {
            answer.accept(read::outOfRange);
          } else {
            if (to != kafka.leader()) {
              kafka.tally.zombieFetches++;
            }
            broker.fetch(
                new Broker.Fetch(position, entries -> answer.accept(() -> read.entries(entries))));
          }
        });
    world.in(timeout, () -> onHost(again));
  }

  /** Asks whom it believes to lead where the log ends, as a client that knows no better would. */
  void end(Consumer<Integer> answer) {
    int to = leader;
    int term = epoch;
    network.send(
        host,
        to,
        () -> {
          Broker broker = kafka.broker(to);
          if (broker.believesToLead() && broker.leadership.epoch() == term) {
            int end = broker.highWatermark;
            network.send(to, host, () -> answer.accept(end));
          } else {
            network.send(to, host, this::refresh);
          }
        });
  }

  /** Asks any broker which making of the topic there is. */
  void look(Consumer<Integer> answer) {
    int asked = world.random().nextInt(Kafka.BROKERS);
    network.send(
        host, asked, () -> network.send(asked, host, () -> answer.accept(kafka.incarnation())));
  }
}
