package dev.rescind.system.simulation;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.introspector.decide.Known;
import dev.rescind.introspector.decide.Verdict;
import dev.rescind.introspector.decide.Viewer;
import dev.rescind.log.LogRecord;
import dev.rescind.log.RecordCodec;
import dev.rescind.replica.Replica;
import dev.rescind.system.simulation.Broker.Entry;
import dev.rescind.system.simulation.Broker.Payload;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An introspector: the project's replica and decider, fed and asked as the project does it. Each
 * start begins with nothing.
 */
final class Node implements Behaviour.Clocks {
  private static final int MAX_BARRIERS_UNDER_WAY = 8;

  /** What nodes share. */
  record Surroundings(
      World world,
      Network network,
      Kafka kafka,
      RecordCodec codec,
      StalenessBound bound,
      Supplier<Behaviour> behaviours) {}

  private final Surroundings on;
  private final World world;
  private final int host;
  private final String name;
  private final Barrier.Writer self;
  private int starts;
  private long monotonicBase;
  private long wallOffsetMillis;
  private @Nullable Incarnation process;
  private long barriers;

  Node(Surroundings on, int host, String name) {
    this.on = on;
    this.world = on.world();
    this.host = host;
    this.name = name;
    this.self = new Barrier.Writer(name, "http://" + name, "model", true);
  }

  String name() {
    return name;
  }

  int host() {
    return host;
  }

  /** The view of the log of the process that runs; null where none does. */
  @Nullable Replica replica() {
    return process == null ? null : process.replica;
  }

  /** How many records the running process read. */
  long delivered() {
    return process == null ? 0 : process.delivered;
  }

  void jump(long millis) {
    wallOffsetMillis += millis;
  }

  void start() {
    // Any moment may be zero for a monotonic clock, and it may run over.
    monotonicBase = world.chance(0.1) ? Long.MAX_VALUE - world.now() : world.random().nextLong();
    on.network().down(host, false);
    Incarnation starting = new Incarnation(starts++);
    process = starting;
    starting.start();
  }

  void kill() {
    process = null;
    on.network().down(host, true);
  }

  @Override
  public long nanos() {
    return monotonicBase + world.now();
  }

  @Override
  public long millis() {
    return world.wallMillis() + wallOffsetMillis;
  }

  /** Rarely long, as is the case with threads. */
  @Override
  public void interrupt() {
    if (world.chance(0.04)) {
      world.interrupt(world.random().nextLong(on.bound().nanos() * 5 / 2));
    }
  }

  /** What was answered: active, inactive, or null for 503. */
  record Answer(@Nullable Boolean active, long position) {}

  /**
   * Answers; never, if the process ends before.
   *
   * @param atLeast the position to wait for, or null
   */
  void introspect(Known known, @Nullable Long atLeast, Consumer<Answer> answer) {
    on.network()
        .onHost(
            host,
            () -> {
              Incarnation asked = process;
              if (asked != null) {
                asked.introspect(known, atLeast, world.now() + on.bound().nanos() / 8, answer);
              }
            });
  }

  /** What ends with a kill. */
  private final class Incarnation {
    private final Replica replica =
        new Replica(on.codec(), on.bound(), Replica.Start.empty(Simulation.MAX_FACTS));
    private final Behaviour behaviour = on.behaviours().get();
    private final boolean first;
    private final Client client;
    private int underWay;
    private int next;
    private long delivered;

    Incarnation(int start) {
      first = start == 0;
      client =
          new Client(
              world, on.network(), on.kafka(), host, on.bound().nanos() / 4, this::isRunning);
      replica.addListener(
          (record, position) -> {
            behaviour.applied(record);
            interruptBriefly();
          });
    }

    private boolean isRunning() {
      return process == this;
    }

    /** The thread that applies is interrupted between a record's effect and its proof. */
    private void interruptBriefly() {
      if (world.chance(0.002)) {
        world.interrupt(world.random().nextLong(on.bound().nanos()));
      }
    }

    private void then(long delay, Runnable run) {
      world.in(
          delay,
          () ->
              on.network()
                  .onHost(
                      host,
                      () -> {
                        if (isRunning()) {
                          run.run();
                        }
                      }));
    }

    void start() {
      if (behaviour.startsAtTheEnd(first)) {
        client.end(
            end -> {
              next = end;
              read();
            });
      } else {
        read();
      }
      barrier();
      watch();
      if (behaviour.provesByEnd()) {
        proveByEnd();
      }
    }

    private void read() {
      client.read(
          next,
          new Client.Read() {
            @Override
            public void entries(List<Entry> entries) {
              apply(entries.iterator());
            }

            @Override
            public void outOfRange() {
              replica.distrust("the log no longer holds position " + next);
              world.trace("%s: position %d is out of range", name, next);
            }
          });
    }

    private void apply(Iterator<Entry> entries) {
      if (!entries.hasNext()) {
        read();
        return;
      }
      Entry entry = entries.next();
      next = entry.offset + 1;
      delivered++;
      behaviour.apply(replica, entry.offset, entry.timestampMillis, entry.key, entry.value);
      then(
          world.chance(0.01) ? world.random().nextLong(20 * World.MS) : 1_000,
          () -> apply(entries));
    }

    private void barrier() {
      if (underWay < MAX_BARRIERS_UNDER_WAY) {
        underWay++;
        Barrier barrier = replica.nextBarrier(self, replica.state(nanos()), nanos());
        RecordCodec.Encoded encoded = on.codec().encode(new LogRecord.BarrierWritten(barrier));
        long id = Simulation.producerId(host, ++barriers);
        Runnable send =
            () ->
                client.send(
                    id,
                    new Payload(encoded.key(), encoded.value()),
                    world.now() + on.bound().nanos() * 2,
                    offset -> underWay--);
        if (world.chance(0.02)) {
          then(world.random().nextLong(on.bound().nanos()), send);
        } else {
          send.run();
        }
      }
      then(on.bound().barrierPeriodMillis() * World.MS, this::barrier);
    }

    private void watch() {
      client.look(
          topic -> {
            if (topic != client.topic()) {
              replica.distrust("the topic was deleted and made anew");
            }
          });
      then(on.bound().nanos() / 2, this::watch);
    }

    private void proveByEnd() {
      long asked = nanos();
      client.end(
          end -> {
            if (isRunning() && next >= end) {
              behaviour.readToTheEnd(asked);
            }
          });
      then(on.bound().nanos() / 10, this::proveByEnd);
    }

    void introspect(Known known, @Nullable Long atLeast, long deadline, Consumer<Answer> answer) {
      if (atLeast != null && replica.position() < atLeast) {
        if (world.now() >= deadline) {
          answer.accept(new Answer(null, replica.position()));
        } else {
          then(on.bound().nanos() / 100, () -> introspect(known, atLeast, deadline, answer));
        }
        return;
      }
      Viewer viewer = new Viewer("rs", new Interrupting(), null, false, false);
      Verdict verdict = behaviour.decide(replica, known, viewer, Node.this);
      if (isRunning()) {
        answer.accept(
            new Answer(
                verdict instanceof Verdict.Undecided ? null : verdict instanceof Verdict.Active,
                replica.position()));
      }
    }
  }

  /**
   * The audiences of a caller, which the decider looks through between the reading of staleness and
   * that of the index: there the thread may be interrupted.
   */
  private final class Interrupting extends AbstractList<String> {
    @Override
    public String get(int index) {
      return "api";
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public boolean contains(Object audience) {
      interrupt();
      return true;
    }
  }
}
