package dev.rescind.system.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.system.history.Operation.Call;
import dev.rescind.system.history.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.jspecify.annotations.Nullable;

/** Histories of a model that keeps its promises, and the same with one answer turned. */
class HistoryModelTest {
  private static final long BOUND = 2_000;
  private static final int NODES = 3;
  private static final int CREDENTIALS = 6;

  /** A revocation as the model has it: it takes effect on each node at a time of its own. */
  private record Fact(
      int subject, long invoked, long acked, List<Long> from, List<Long> to, boolean ok) {
    boolean inForce(int node, long at) {
      return from.get(node) <= at && at < to.get(node);
    }
  }

  private final List<Operation> history = new ArrayList<>();
  private final List<Fact> facts = new ArrayList<>();
  private long id;

  @BeforeTry
  void begin() {
    history.clear();
    facts.clear();
  }

  private Call call(String node, long invoked, long completed, Outcome outcome) {
    return new Call(++id, 1, node, invoked, completed, outcome);
  }

  /** Makes a history of questions; returns where in it they begin. */
  private int generate(SplittableRandom random) {
    for (int c = 0; c < CREDENTIALS; c++) {
      history.add(
          new Operation.Known(
              call("p", 0, 1, Outcome.OK), "c" + c, List.of("subject " + c / 2), 1L, null));
    }
    for (int r = 0; r < random.nextInt(1, 6); r++) {
      revoke(r, random);
    }
    int first = history.size();
    for (int i = 0; i < 200; i++) {
      int node = random.nextInt(NODES);
      int c = random.nextInt(CREDENTIALS);
      long invoked = random.nextLong(2, 30_000);
      long decided = invoked + random.nextLong(50);
      boolean revoked =
          facts.stream().anyMatch(one -> one.subject() == c / 2 && one.inForce(node, decided));
      history.add(
          new Operation.Introspect(
              call("n" + node, invoked, decided + random.nextLong(1, 50), Outcome.OK),
              "c" + c,
              !revoked,
              null,
              null));
    }
    return first;
  }

  private void revoke(int r, SplittableRandom random) {
    long invoked = random.nextLong(2, 20_000);
    long acked = invoked + random.nextLong(2, 300);
    boolean ok = random.nextInt(4) > 0;
    boolean lifted = random.nextInt(3) == 0;
    long liftInvoked = lifted ? acked + random.nextLong(1, 8_000) : Long.MAX_VALUE;
    long liftAcked = lifted ? liftInvoked + random.nextLong(1, 300) : Long.MAX_VALUE;
    List<Long> from = new ArrayList<>();
    List<Long> to = new ArrayList<>();
    boolean written = ok || random.nextBoolean();
    for (int n = 0; n < NODES; n++) {
      from.add(written ? random.nextLong(invoked + 1, acked + BOUND) : Long.MAX_VALUE);
      to.add(lifted ? random.nextLong(liftInvoked + 1, liftAcked + BOUND) : Long.MAX_VALUE);
    }
    int subject = random.nextInt(CREDENTIALS / 2);
    facts.add(new Fact(subject, invoked, acked, from, to, ok));
    history.add(
        new Operation.Revoke(
            call("p", invoked, acked, ok ? Outcome.OK : Outcome.UNKNOWN),
            "r" + r,
            List.of("subject " + subject),
            ok ? Long.valueOf(Long.MAX_VALUE) : null,
            null,
            null));
    if (lifted) {
      history.add(new Operation.Lift(call("p", liftInvoked, liftAcked, Outcome.OK), "r" + r, null));
    }
  }

  private HistoryReport check() {
    return HistoryChecker.check(history, Duration.ofNanos(BOUND), Duration.ZERO);
  }

  @Property(tries = 500)
  void aHistoryOfACorrectModelIsClean_inAnyOrder(@ForAll long seed) {
    generate(new SplittableRandom(seed));
    assertThat(check().violations()).isEmpty();
    Collections.shuffle(history, new Random(seed));
    assertThat(check().violations()).isEmpty();
  }

  @Property(tries = 500)
  void oneStaleAnswerIsFlagged(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int first = generate(random);
    Operation.Introspect stale = turned(first, random, this::mustBeInactive, true);
    Assume.that(stale != null);
    HistoryReport report = check();
    assertThat(report.violations()).extracting(Violation::promise).contains("S1");
    assertThat(report.violations()).allSatisfy(one -> assertThat(one.proof()).contains(stale));
  }

  @Property(tries = 500)
  void oneInactiveAnswerWithoutCauseIsFlagged(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int first = generate(random);
    Operation.Introspect wrong = turned(first, random, this::mustBeActive, false);
    Assume.that(wrong != null);
    assertThat(check().violations()).extracting(Violation::promise).contains("S5");
  }

  private interface Choice {
    boolean fits(Operation.Introspect introspect);
  }

  private boolean mustBeInactive(Operation.Introspect one) {
    int subject = Integer.parseInt(one.credential().substring(1)) / 2;
    return facts.stream()
        .anyMatch(
            fact ->
                fact.subject() == subject
                    && fact.ok()
                    && fact.to().get(0) == Long.MAX_VALUE
                    && one.call().invoked() > fact.acked() + BOUND);
  }

  private boolean mustBeActive(Operation.Introspect one) {
    int subject = Integer.parseInt(one.credential().substring(1)) / 2;
    return facts.stream()
        .noneMatch(fact -> fact.subject() == subject && fact.invoked() < one.call().completed());
  }

  /** Turns one of the answers that fit; null where there is none. */
  private Operation.@Nullable Introspect turned(
      int first, SplittableRandom random, Choice choice, boolean active) {
    List<Integer> fitting = new ArrayList<>();
    for (int i = first; i < history.size(); i++) {
      if (history.get(i) instanceof Operation.Introspect one && choice.fits(one)) {
        fitting.add(i);
      }
    }
    if (fitting.isEmpty()) {
      return null;
    }
    int at = fitting.get(random.nextInt(fitting.size()));
    Operation.Introspect old = (Operation.Introspect) history.get(at);
    Operation.Introspect turned =
        new Operation.Introspect(old.call(), old.credential(), active, null, null);
    history.set(at, turned);
    return turned;
  }
}
