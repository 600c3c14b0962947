package dev.rescind.system.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.system.faults.Item.Aim;
import dev.rescind.system.faults.Vitals.Answer;
import dev.rescind.system.history.Operation;
import dev.rescind.system.history.Operation.Call;
import dev.rescind.system.history.Operation.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one source of load: asks every introspector, and revokes, lifts and registers through both
 * publishers. All of it is in one process, so that all moments are of one clock. What is not
 * answered is taken note of as that, and is never a violation.
 */
final class Load implements AutoCloseable {
  private static final int ASK_MILLIS = 400;
  private static final int REVOKE_MILLIS = 3_000;
  private static final int REGISTER_MILLIS = 5_000;
  private static final int PROBE_MILLIS = 300;
  private static final int ASKERS_A_NODE = 2;
  private static final int BATCH = 160;
  private static final double OF_THE_LATELY_REVOKED = 0.35;

  private static final long MERGED_NANOS = 30_000_000_000L;

  private static final String AUTHORIZED = "Authorization: " + ServiceFiles.CALLER.basic() + "\r\n";
  private static final String JSON = AUTHORIZED + "Content-Type: application/json\r\n";
  private static final String NDJSON = AUTHORIZED + "Content-Type: application/x-ndjson\r\n";

  /**
   * How much.
   *
   * @param introspections a second, of all nodes together
   * @param revocations a second, of both publishers together
   * @param credentials that are live at a time
   */
  record Rates(int introspections, int revocations, int credentials) {}

  /** A revocation to be lifted. */
  private record ToLift(long atNanos, String id, String name, List<Item> covered)
      implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /** A credential that was just revoked, for a node to be asked about until it knows. */
  private record Urgent(Item item, long ackedAt, boolean healthy) {}

  private final FaultCluster cluster;
  private final Journal journal;
  private final Population population;
  private final Rates rates;
  private final Map<String, Vitals> vitals = new LinkedHashMap<>();
  private final Map<String, Queue<Urgent>> urgent = new ConcurrentHashMap<>();
  private final DelayQueue<ToLift> toLift = new DelayQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger processes = new AtomicInteger();
  private final AtomicInteger names = new AtomicInteger();
  private final Map<String, String> acked = new ConcurrentHashMap<>();
  private final List<String> strange = new CopyOnWriteArrayList<>();
  private final Durations propagation = new Durations();
  private volatile boolean healthy = true;
  private volatile long healthySince = System.nanoTime();
  private volatile boolean probing;
  private volatile boolean suspending = true;
  private volatile boolean writing = true;
  private volatile boolean closing;

  Load(FaultCluster cluster, Journal journal, Population population, Rates rates) {
    this.cluster = cluster;
    this.journal = journal;
    this.population = population;
    this.rates = rates;
    for (FaultCluster.Node node : cluster.introspectors()) {
      vitals.put(node.name(), new Vitals(node.name()));
      urgent.put(node.name(), new ConcurrentLinkedQueue<>());
    }
    for (FaultCluster.Node node : cluster.publishers()) {
      vitals.put(node.name(), new Vitals(node.name()));
    }
  }

  Vitals vitals(FaultCluster.Node node) {
    Vitals of = vitals.get(node.name());
    if (of == null) {
      throw new IllegalArgumentException(node.name() + " is not asked");
    }
    return of;
  }

  /** Whether nothing is wrong now that was made so. */
  void healthy(boolean on) {
    healthySince = System.nanoTime();
    healthy = on;
  }

  /**
   * L1: from the acknowledgement of a revocation to the first answer of a node that is inactive,
   * for each credential covered and each node, while nothing is wrong. As coarse as nodes are
   * asked.
   */
  Durations propagation() {
    return propagation;
  }

  /** Whether nothing was wrong for so long that the grid is one. */
  private boolean isSettled() {
    return healthy && System.nanoTime() - healthySince > MERGED_NANOS;
  }

  /** While on, every publisher is asked often enough to see when it acknowledges again. */
  void probe(boolean on) {
    probing = on;
  }

  /** Whether some revocations name their own end; not where clocks are wrong. */
  void suspend(boolean on) {
    suspending = on;
  }

  /** Whether anything is revoked, lifted or registered. */
  void write(boolean on) {
    writing = on;
  }

  /** Ids of revocations that were acknowledged and never lifted, with what they took back. */
  Map<String, String> acknowledged() {
    return Map.copyOf(acked);
  }

  /** Answers that no honest question should have had. */
  List<String> strange() {
    return strange;
  }

  /** Registers the first credentials, and begins. */
  void start() throws IOException {
    long perNode = rates.introspections() / cluster.introspectors().size() / ASKERS_A_NODE;
    List<Item> jwts = new ArrayList<>();
    for (int i = 0; i < rates.credentials() / 5; i++) {
      jwts.add(signed());
    }
    population.add(jwts);
    try (Wire wire = publisher(cluster.publishers().get(0))) {
      while (population.size() < rates.credentials()) {
        if (register(wire, cluster.publishers().get(0), processes.incrementAndGet()) == 0) {
          throw new IOException("nothing can be registered");
        }
      }
    }
    for (FaultCluster.Node node : cluster.introspectors()) {
      for (int i = 0; i < ASKERS_A_NODE; i++) {
        run("asks-" + node.name() + "-" + i, () -> ask(node, 1_000_000_000L / perNode));
      }
    }
    for (FaultCluster.Node node : cluster.publishers()) {
      long pause = 1_000_000_000L * cluster.publishers().size() / rates.revocations();
      run("revokes-" + node.name(), () -> revoke(node, pause));
      run("probes-" + node.name(), () -> probe(node));
    }
    run("registers", this::replenish);
    run("lifts", this::lift);
  }

  private void run(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private static Wire introspector(FaultCluster.Node node) {
    return new Wire(node.host().client(), ServiceFiles.INTROSPECTOR_PORT, ASK_MILLIS);
  }

  private static Wire publisher(FaultCluster.Node node) {
    return new Wire(node.host().client(), ServiceFiles.PUBLISHER_PORT, 1_000);
  }

  // Asking

  private void ask(FaultCluster.Node node, long period) {
    int process = processes.incrementAndGet();
    Queue<Urgent> hurried = urgent.get(node.name());
    long next = System.nanoTime();
    try (Wire wire = introspector(node)) {
      while (!closing) {
        long now = System.nanoTime();
        if (next - now > 0) {
          LockSupport.parkNanos(next - now);
        } else if (now - next > 50_000_000L) {
          next = now; // what was missed in a stall is not made up for
        }
        next += period;
        Urgent first = hurried == null ? null : hurried.poll();
        Item item =
            first != null
                ? first.item()
                : ThreadLocalRandom.current().nextDouble() < OF_THE_LATELY_REVOKED
                    ? population.anyRecent()
                    : population.anyLive();
        if (item == null) {
          continue;
        }
        Answered answered = introspect(wire, node, process, item, item.question(), null);
        if (first != null && hurried != null) {
          long since = System.nanoTime() - first.ackedAt();
          if (Boolean.FALSE.equals(answered.active())) {
            if (first.healthy() && healthy) {
              propagation.add(since);
            }
          } else if (since < 5_000_000_000L) {
            hurried.add(first);
          }
        }
      }
    }
  }

  private record Answered(Answer answer, @Nullable Boolean active) {}

  private Answered introspect(
      Wire wire,
      FaultCluster.Node node,
      int process,
      Item item,
      byte[] question,
      @Nullable Long atLeast) {
    long invoked = System.nanoTime();
    Answered answered;
    try {
      Wire.Reply reply = wire.exchange(question, ASK_MILLIS);
      answered = answered(reply, node);
    } catch (IOException e) {
      answered = new Answered(Answer.NONE, null);
    }
    long completed = System.nanoTime();
    vitals(node).answered(answered.answer(), invoked, completed);
    Outcome outcome =
        answered.active() != null
            ? Outcome.OK
            : answered.answer() == Answer.NONE ? Outcome.UNKNOWN : Outcome.REFUSED;
    journal.record(
        new Operation.Introspect(
            new Call(journal.nextId(), process, node.name(), invoked, completed, outcome),
            item.name(),
            answered.active(),
            atLeast,
            null));
    return answered;
  }

  private Answered answered(Wire.Reply reply, FaultCluster.Node node) {
    byte[] body = reply.body();
    if (reply.status() == 200) {
      // {"active":true or {"active":false
      if (body.length > 11 && (body[10] == 't' || body[10] == 'f')) {
        return new Answered(Answer.OK, body[10] == 't');
      }
    } else if (reply.status() == 503) {
      return new Answered(
          reply.text().contains("not serving") ? Answer.NOT_SERVING : Answer.CANNOT_TELL, null);
    }
    unexpected(node, reply);
    return new Answered(Answer.UNEXPECTED, null);
  }

  private void unexpected(FaultCluster.Node node, Wire.Reply reply) {
    if (strange.size() < 100) {
      String text = reply.text();
      strange.add(
          node.name()
              + " answered "
              + reply.status()
              + ": "
              + text.substring(0, Math.min(300, text.length())));
    }
  }

  // Revoking

  private void revoke(FaultCluster.Node node, long period) {
    int process = processes.incrementAndGet();
    List<FaultCluster.Node> nodes = cluster.introspectors();
    List<Wire> asked = nodes.stream().map(Load::introspector).toList();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    try (Wire wire = publisher(node)) {
      while (!closing) {
        LockSupport.parkNanos(random.nextLong(period / 2, period * 3 / 2));
        Item item = writing ? population.anyLive() : null;
        if (item == null) {
          continue;
        }
        Revoked revoked;
        journal.begin(process);
        try {
          revoked = revoke(wire, node, process, aim(item));
        } finally {
          journal.end(process);
        }
        if (revoked != null && random.nextInt(3) == 0) {
          int which = random.nextInt(nodes.size());
          Item one = revoked.covered().get(random.nextInt(revoked.covered().size()));
          introspect(
              asked.get(which),
              nodes.get(which),
              process,
              one,
              Population.question(
                  one.token(), "Rescind-At-Least: " + revoked.positionText() + "\r\n"),
              revoked.position());
        }
      }
    } finally {
      asked.forEach(Wire::close);
    }
  }

  /** Single tokens most often, whole issuers and keys seldom. */
  private static Aim aim(Item item) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    while (true) {
      Aim aim = item.targets().get(random.nextInt(item.targets().size()));
      int oneIn =
          switch (aim.type()) {
            case "token", "grant", "session", "certificate" -> 1;
            case "subject" -> 2;
            case "client" -> 4;
            default -> 10;
          };
      if (random.nextInt(oneIn) == 0) {
        return aim;
      }
    }
  }

  private record Revoked(List<Item> covered, String positionText, long position) {}

  private @Nullable Revoked revoke(Wire wire, FaultCluster.Node node, int process, Aim aim) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    List<Item> covered = population.take(aim.place());
    boolean suspension = suspending && random.nextInt(12) == 0;
    boolean lifted = !suspension && (aim.type().equals("key") || random.nextInt(10) == 0);
    String name = "r" + names.incrementAndGet();
    long seconds = random.nextInt(6, 10);
    String until = suspension ? ",\"until\":" + (Instant.now().getEpochSecond() + seconds) : "";
    boolean confirm = random.nextInt(5) == 0;
    byte[] request =
        Wire.request(
            "POST /v1/revocations" + (confirm ? "?confirm=all&confirm_timeout_ms=1000" : ""),
            JSON,
            "{\"target\":" + aim.json() + until + "}");
    long invoked = System.nanoTime();
    // until is a whole second of the wall clock: it lies up to a second before this
    Long ends = suspension ? untilNanos(seconds, invoked) : null;
    Outcome outcome = Outcome.UNKNOWN;
    Wire.Reply reply = null;
    Answer answer = Answer.NONE;
    try {
      reply = wire.exchange(request, REVOKE_MILLIS);
      if (reply.status() == 201) {
        outcome = Outcome.OK;
        answer = Answer.OK;
      } else if (reply.status() == 503) {
        answer = Answer.NOT_SERVING;
      } else {
        outcome = reply.status() < 500 ? Outcome.REFUSED : Outcome.UNKNOWN;
        answer = Answer.UNEXPECTED;
        unexpected(node, reply);
      }
    } catch (IOException e) {
      answer = Answer.NONE;
    }
    long completed = System.nanoTime();
    vitals(node).answered(answer, invoked, completed);
    Call call = new Call(journal.nextId(), process, node.name(), invoked, completed, outcome);
    if (outcome != Outcome.OK || reply == null) {
      journal.record(new Operation.Revoke(call, name, List.of(aim.place()), null, ends, null));
      if (outcome == Outcome.REFUSED) {
        population.giveBack(covered);
      }
      return null;
    }
    ObjectNode body = Json.parseObject(reply.body()).orElseThrow();
    String positionText = reply.header("Rescind-Position");
    long position = position(positionText);
    journal.record(
        new Operation.Revoke(
            call,
            name,
            List.of(aim.place()),
            cutoff(body.path("issued_before").asText()),
            ends,
            position));
    String id = body.path("id").asText();
    if (lifted) {
      toLift.add(
          new ToLift(
              completed + random.nextLong(1_500_000_000L, 4_000_000_000L), id, name, covered));
    } else if (suspension) {
      toLift.add(new ToLift(completed + (seconds + 4) * 1_000_000_000L, "", name, covered));
    } else {
      acked.put(id, aim.json());
      covered.forEach(one -> hurry(one, completed));
    }
    return covered.isEmpty() ? null : new Revoked(covered, positionText, position);
  }

  private static long untilNanos(long seconds, long invoked) {
    Instant now = Instant.now();
    long untilMillis = (now.getEpochSecond() + seconds) * 1_000;
    return invoked + (untilMillis - now.toEpochMilli()) * 1_000_000;
  }

  private void hurry(Item item, long ackedAt) {
    urgent.values().forEach(queue -> queue.add(new Urgent(item, ackedAt, healthy)));
  }

  private static long cutoff(String text) {
    return text.equals("always") ? Long.MAX_VALUE : Instant.parse(text).getEpochSecond();
  }

  /** Where a position token stands in the log. */
  static long position(String token) {
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    return ByteBuffer.wrap(bytes, 17, 8).getLong();
  }

  /** Revokes what nobody has, while recovery is being measured. */
  private void probe(FaultCluster.Node node) {
    try (Wire wire = publisher(node)) {
      while (!closing) {
        LockSupport.parkNanos(50_000_000L);
        if (!probing) {
          continue;
        }
        byte[] request =
            Wire.request(
                "POST /v1/revocations",
                JSON,
                "{\"target\":{\"type\":\"token\",\"token\":\"" + Population.opaque() + "\"}}");
        long invoked = System.nanoTime();
        Answer answer;
        try {
          int status = wire.exchange(request, PROBE_MILLIS).status();
          answer = status == 201 ? Answer.OK : Answer.NOT_SERVING;
        } catch (IOException e) {
          answer = Answer.NONE;
        }
        vitals(node).answered(answer, invoked, System.nanoTime());
      }
    }
  }

  // Lifting

  private void lift() {
    int process = processes.incrementAndGet();
    List<FaultCluster.Node> publishers = cluster.publishers();
    List<Wire> wires = publishers.stream().map(Load::publisher).toList();
    try {
      while (!closing) {
        ToLift next = toLift.poll(200, TimeUnit.MILLISECONDS);
        if (next == null) {
          continue;
        }
        if (next.id().isEmpty()) {
          population.giveBack(next.covered()); // a suspension, which has ended by itself
          continue;
        }
        journal.begin(process);
        try {
          lift(next, process, wires);
        } finally {
          journal.end(process);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      wires.forEach(Wire::close);
    }
  }

  private void lift(ToLift next, int process, List<Wire> wires) {
    int which = ThreadLocalRandom.current().nextInt(wires.size());
    FaultCluster.Node node = cluster.publishers().get(which);
    byte[] request = Wire.request("DELETE /v1/revocations/" + next.id(), AUTHORIZED, "");
    long invoked = System.nanoTime();
    Outcome outcome = Outcome.UNKNOWN;
    Long position = null;
    try {
      Wire.Reply reply = wires.get(which).exchange(request, REVOKE_MILLIS);
      if (reply.status() == 200) {
        outcome = Outcome.OK;
        position = position(reply.header("Rescind-Position"));
      } else if (reply.status() != 503) {
        unexpected(node, reply);
      }
    } catch (IOException e) {
      outcome = Outcome.UNKNOWN;
    }
    journal.record(
        new Operation.Lift(
            new Call(journal.nextId(), process, node.name(), invoked, System.nanoTime(), outcome),
            next.name(),
            position));
    if (outcome == Outcome.OK) {
      population.giveBack(next.covered());
    } else { // it may be lifted or not; again, until that is known
      toLift.add(
          new ToLift(System.nanoTime() + 2_000_000_000L, next.id(), next.name(), next.covered()));
    }
  }

  // Registering

  private void replenish() {
    int process = processes.incrementAndGet();
    List<FaultCluster.Node> publishers = cluster.publishers();
    List<Wire> wires = publishers.stream().map(Load::publisher).toList();
    try {
      while (!closing) {
        LockSupport.parkNanos(100_000_000L);
        if (!writing || population.size() >= rates.credentials()) {
          continue;
        }
        if (ThreadLocalRandom.current().nextInt(3) == 0) {
          List<Item> jwts = new ArrayList<>();
          for (int i = 0; i < BATCH / 8; i++) {
            jwts.add(signed());
          }
          population.add(jwts);
        }
        int which = ThreadLocalRandom.current().nextInt(publishers.size());
        journal.begin(process);
        try {
          register(wires.get(which), publishers.get(which), process);
        } finally {
          journal.end(process);
        }
      }
    } finally {
      wires.forEach(Wire::close);
    }
  }

  private Item signed() {
    long now = System.nanoTime();
    Item item = population.jwt();
    known(item, new Call(journal.nextId(), 0, "issuer", now, System.nanoTime(), Outcome.OK));
    return item;
  }

  private void known(Item item, Call call) {
    journal.record(new Operation.Known(call, item.name(), item.places(), population.iat(), null));
  }

  /** Registers a batch; says how many of it are good. */
  private int register(Wire wire, FaultCluster.Node node, int process) {
    List<Population.Draft> drafts = population.drafts(BATCH);
    StringBuilder lines = new StringBuilder();
    drafts.forEach(draft -> lines.append(draft.line()));
    byte[] request = Wire.request("POST /v1/credentials", NDJSON, lines.toString());
    long invoked = System.nanoTime();
    List<Item> good = new ArrayList<>();
    try {
      Wire.Reply reply = wire.exchange(request, REGISTER_MILLIS);
      // A grid that is split, or has not merged yet, is two: the one that did not acknowledge loads
      // the credential from Kafka a moment later.
      long sure = System.nanoTime() + (isSettled() ? 0 : Session.BOUND.toNanos());
      if (reply.status() != 200) {
        if (reply.status() != 503) {
          unexpected(node, reply);
        }
        return 0;
      }
      String[] answers = reply.text().split("\n", -1);
      for (int i = 0; i < drafts.size(); i++) {
        if (answers[i].contains("\"status\":201") || answers[i].contains("\"status\":200")) {
          Item item = drafts.get(i).item();
          known(item, new Call(journal.nextId(), process, node.name(), invoked, sure, Outcome.OK));
          good.add(item);
        }
      }
      population.add(good);
    } catch (IOException e) {
      return 0;
    }
    return good.size();
  }

  @Override
  public void close() {
    closing = true;
    for (Thread thread : threads) {
      try {
        thread.join(REGISTER_MILLIS + 1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
