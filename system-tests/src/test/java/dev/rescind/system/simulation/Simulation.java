package dev.rescind.system.simulation;

import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LiftKeys;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.RevocationIndex;
import dev.rescind.system.history.HistoryChecker;
import dev.rescind.system.history.HistoryReport;
import dev.rescind.system.history.Operation;
import dev.rescind.system.history.Operation.Call;
import dev.rescind.system.history.Operation.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run: a deployment under load and faults for ten bounds, then four of quiet; then its history
 * and its nodes are checked.
 */
public final class Simulation {
  static final int MAX_FACTS = 1_000_000;

  private static final LiftKeys LIFT_KEYS = ModelSignatures.keys();

  private static final MacKeys KEYS =
      new MacKeys(
          List.of(
              new MacKeys.Key(
                  "model",
                  "a key for the model's records".repeat(2).getBytes(StandardCharsets.US_ASCII))));
  private static final Duration SLACK = Duration.ofMillis(200);
  private static final int PUBLISHERS = 2;
  private static final int CREDENTIALS = 16;
  private static final long[] BOUNDS = {250, 400, 1_000};

  /**
   * What a run came to.
   *
   * @param problems what was found wrong besides the history's violations
   * @param trace the last things that happened
   */
  public record Result(
      long seed, HistoryReport history, List<String> problems, Kafka.Tally kafka, String trace) {
    public boolean isClean() {
      return problems.isEmpty() && history.isClean();
    }
  }

  /** A revocation that was acknowledged, and may be lifted. */
  private record Acked(String name, UUID id, String place, int position) {}

  private final long seed;
  private final World world;
  private final StalenessBound bound;
  private final Network network;
  private final Kafka kafka;
  private final RecordCodec codec = new RecordCodec(KEYS, LIFT_KEYS);
  private final Behaviour shared;
  private final Population population;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Publisher> publishers = new ArrayList<>();
  private final Grid grid;
  private final Faults faults;
  private final List<Operation> history = new ArrayList<>();
  private final List<Acked> acked = new ArrayList<>();
  private final long duration;
  private long operations;

  private Simulation(long seed, Supplier<Behaviour> behaviours, boolean tracing) {
    this.seed = seed;
    world = new World(seed, tracing);
    bound = StalenessBound.of(Duration.ofMillis(BOUNDS[world.random().nextInt(BOUNDS.length)]));
    duration = bound.nanos() * 10;
    int nodeCount = 2 + world.random().nextInt(2);
    network = new Network(world, Kafka.BROKERS + 1 + PUBLISHERS + nodeCount);
    kafka =
        new Kafka(
            world,
            network,
            bound.nanos() / 5 + world.random().nextLong(bound.nanos() / 2),
            bound.nanos() / 2 + world.random().nextLong(bound.nanos()));
    shared = behaviours.get();
    population = new Population(world.random().split(), shared, CREDENTIALS);
    Node.Surroundings on = new Node.Surroundings(world, network, kafka, codec, bound, behaviours);
    for (int i = 0; i < PUBLISHERS; i++) {
      publishers.add(new Publisher(on, Kafka.CONTROLLER + 1 + i));
    }
    grid = new Grid(nodeCount);
    for (int i = 0; i < nodeCount; i++) {
      nodes.add(new Node(on, Kafka.CONTROLLER + 1 + PUBLISHERS + i, "n" + i));
    }
    faults = new Faults(on, nodes, publishers, grid);
  }

  /** Runs with the project's own behaviour. */
  public static Result run(long seed) {
    return run(seed, Behaviour::new, false);
  }

  /**
   * Runs once.
   *
   * @param behaviours makes the behaviour of each process that starts
   */
  public static Result run(long seed, Supplier<Behaviour> behaviours, boolean tracing) {
    return new Simulation(seed, behaviours, tracing).run();
  }

  /** Names a record over all attempts to send it. */
  static long producerId(int host, long sequence) {
    return (long) host << 40 | sequence;
  }

  private Result run() {
    for (Population.Member member : population.members()) {
      history.add(
          new Operation.Known(
              new Call(operations++, 0, "mint", -1, -1, Outcome.OK),
              member.name(),
              member.places(),
              member.iat(),
              null));
      member.spellings().forEach(one -> grid.put(one.text()));
    }
    nodes.forEach(Node::start);
    plan();
    world.runUntil(duration);
    world.trace("all faults end");
    world.calm();
    faults.end();
    world.runUntil(world.now() + bound.nanos() * 4);
    List<String> problems = problems();
    Duration late = faults.didClocksJump() ? Duration.ofHours(2) : SLACK.plus(bound.toDuration());
    HistoryReport report = new HistoryChecker(bound.toDuration(), SLACK, late).check(history);
    return new Result(seed, report, problems, kafka.tally, world.trace());
  }

  /** Sets down what will be done when; what comes of it depends on more. */
  private void plan() {
    int revocations = 4 + world.random().nextInt(10);
    for (int i = 0; i < revocations; i++) {
      int number = i;
      world.in(moment(), () -> revoke(number));
    }
    for (int i = world.random().nextInt(5); i > 0; i--) {
      world.in(moment(), this::lift);
    }
    for (int i = 0; i < 300; i++) {
      world.in(world.random().nextLong(duration + bound.nanos() * 3), this::introspect);
    }
    faults.plan(duration);
  }

  private long moment() {
    return world.random().nextLong(duration);
  }

  private Call call(int process, String node, long invoked, Outcome outcome) {
    return new Call(operations++, process, node, invoked, world.now(), outcome);
  }

  private void revoke(int number) {
    Population.Member member = population.any();
    Population.Reach reach = member.reaches().get(world.random().nextInt(member.reaches().size()));
    if (reach.place().equals("issuer") && world.chance(0.8)) {
      reach = member.reaches().get(0); // or little would be left
    }
    int which = world.random().nextInt(publishers.size());
    Publisher publisher = publishers.get(which);
    long second = publisher.wallMillis() / 1_000;
    Cutoff cutoff =
        reach.target().type().alwaysByDefault() || world.chance(0.4)
            ? Cutoff.ALWAYS
            : new Cutoff(second - world.random().nextInt(12) + 1);
    Long ends = null;
    Instant until = null;
    if (world.chance(0.15)) {
      long lasts = bound.nanos() + world.random().nextLong(duration);
      ends = world.now() + lasts;
      until = Instant.ofEpochMilli(world.wallMillis() + lasts / World.MS);
    }
    Revocation revocation =
        new Revocation(
            new UUID(world.random().nextLong(), number),
            reach.target(),
            cutoff,
            until,
            Instant.ofEpochMilli(publisher.wallMillis()),
            null,
            new Revocation.Circumstances("admin", null, null, false));
    world.trace("revoke r%d: %s, cutoff %s", number, reach.place(), cutoff);
    new Revoking(number, which, revocation, reach.place(), ends).begin(publisher);
  }

  /** A revocation under way: it comes into the history when it is over, or as unknown. */
  private final class Revoking {
    private final String name;
    private final int which;
    private final Revocation revocation;
    private final String place;
    private final @Nullable Long ends;
    private final long invoked = world.now();
    private boolean over;

    Revoking(int number, int which, Revocation revocation, String place, @Nullable Long ends) {
      this.name = "r" + number;
      this.which = which;
      this.revocation = revocation;
      this.place = place;
      this.ends = ends;
    }

    void begin(Publisher publisher) {
      if (shared.revokesByDeletion() && place.startsWith("token ")) {
        for (Population.Member member : population.members()) {
          if (member.places().contains(place)) {
            member.spellings().forEach(one -> grid.delete(one.text()));
          }
        }
        over(0);
        return;
      }
      publisher.append(new LogRecord.Revoked(revocation), this::over);
      world.in(bound.nanos() * 3, () -> over(-1)); // nobody waits longer
    }

    private void over(int position) {
      if (over) {
        return;
      }
      over = true;
      boolean ok = position >= 0;
      world.trace("%s is %s at %d", name, ok ? "acknowledged" : "unknown", position);
      history.add(
          new Operation.Revoke(
              call(which, "p" + which, invoked, ok ? Outcome.OK : Outcome.UNKNOWN),
              name,
              List.of(place),
              ok ? revocation.cutoff().second() : null,
              ends,
              ok && kafka.incarnation() == 0 ? Long.valueOf(position) : null));
      if (ok && kafka.incarnation() == 0) {
        acked.add(new Acked(name, revocation.id(), place, position));
      }
    }
  }

  private void lift() {
    if (acked.isEmpty()) {
      return;
    }
    Acked lifted = acked.get(world.random().nextInt(acked.size()));
    int which = world.random().nextInt(publishers.size());
    long invoked = world.now();
    boolean[] over = new boolean[1];
    world.trace("lift %s", lifted.name());
    IntConsumer end =
        position -> {
          if (!over[0]) {
            over[0] = true;
            Outcome outcome = position >= 0 ? Outcome.OK : Outcome.UNKNOWN;
            world.trace("lift of %s: %s at %d", lifted.name(), outcome, position);
            history.add(
                new Operation.Lift(
                    call(which, "p" + which, invoked, outcome), lifted.name(), null));
          }
        };
    publishers
        .get(which)
        .append(
            new LogRecord.Lifted(
                new Lift(lifted.id(), Instant.ofEpochMilli(world.wallMillis()), "admin")),
            end);
    world.in(bound.nanos() * 3, () -> end.accept(-1));
  }

  private void introspect() {
    Population.Member member = population.any();
    Acked recent = null;
    if (!acked.isEmpty() && world.chance(0.6)) {
      recent = acked.get(world.random().nextInt(acked.size()));
      String place = recent.place();
      List<Population.Member> covered =
          population.members().stream().filter(one -> one.places().contains(place)).toList();
      member = covered.get(world.random().nextInt(covered.size()));
    }
    ask(
        member,
        world.random().nextInt(nodes.size()),
        recent != null && world.chance(0.3) ? Long.valueOf(recent.position()) : null);
  }

  private void ask(Population.Member member, int number, @Nullable Long atLeast) {
    Node node = nodes.get(number);
    Population.Spelling spelling =
        member.spellings().get(world.random().nextInt(member.spellings().size()));
    long invoked = world.now();
    if (shared.revokesByDeletion() && !grid.holds(number, spelling.text())) {
      return; // there is none such
    }
    world.in(
        50_000,
        () ->
            node.introspect(
                spelling.known(),
                atLeast,
                answer -> {
                  Call call =
                      call(
                          10 + number,
                          node.name(),
                          invoked,
                          answer.active() == null ? Outcome.REFUSED : Outcome.OK);
                  if (answer.active() != null) {
                    world.trace(
                        "%s: %s is %s (position %d)",
                        node.name(),
                        member.name(),
                        answer.active() ? "active" : "inactive",
                        answer.position());
                  }
                  history.add(
                      new Operation.Introspect(
                          call, member.name(), answer.active(), atLeast, answer.position()));
                }));
  }

  /** S6, L5 and Q1, when all has been quiet for long. */
  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    long expected = replayed();
    boolean unusable = faults.isLogUnusable();
    for (Node node : nodes) {
      Replica replica = node.replica();
      if (replica == null) {
        problems.add("L2: " + node.name() + " does not run");
        continue;
      }
      Replica.Counts counts = replica.counts();
      long sum =
          counts.applied()
              + counts.duplicate()
              + counts.barrier()
              + counts.tombstone()
              + counts.quarantined()
              + counts.notUnderstood()
              + counts.full();
      if (counts.read() != node.delivered() || counts.read() != sum) {
        problems.add("Q1: " + node.name() + " was given " + node.delivered() + ": " + counts);
      }
      if (unusable) {
        if (replica.isFresh(node.nanos())) {
          problems.add("L5: " + node.name() + " serves from a log that cannot be used");
        }
        continue;
      }
      if (!replica.isFresh(node.nanos())) {
        problems.add("L5: " + node.name() + " is not fresh, " + replica.distrusted());
      }
      if (replica.index().digest(Long.MIN_VALUE) != expected) {
        problems.add("S6: " + node.name() + " does not hold what the log holds");
      }
    }
    return problems;
  }

  /** The digest of what the log holds, in another order. */
  private long replayed() {
    List<Broker.Entry> entries =
        new ArrayList<>(kafka.broker(Math.max(0, kafka.leader())).committed());
    Collections.shuffle(entries, new Random(1));
    RevocationIndex index = new RevocationIndex(MAX_FACTS);
    for (Broker.Entry entry : entries) {
      RecordCodec.Decoded decoded = codec.decode(entry.key, entry.value);
      if (decoded instanceof RecordCodec.Decoded.Claimed lift) {
        decoded = codec.verify(lift);
      }
      if (decoded instanceof RecordCodec.Decoded.Read read) {
        if (read.record() instanceof LogRecord.Revoked revoked) {
          index.apply(revoked.revocation());
        } else if (read.record() instanceof LogRecord.Lifted one) {
          index.apply(one.lift());
        }
      }
    }
    return index.digest(Long.MIN_VALUE);
  }

  /** With these even those who forge sign: their MAC is what gives them away. */
  static LiftKeys liftKeys() {
    return LIFT_KEYS;
  }

  /** The model's own keys, for those who forge. */
  static MacKeys keys() {
    return KEYS;
  }
}
