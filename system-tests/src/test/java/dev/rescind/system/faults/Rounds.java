package dev.rescind.system.faults;

import dev.rescind.system.faults.FaultCluster.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Injects faults, holds them, heals them, and measures how long everybody takes to be well. */
final class Rounds {
  /** How long nothing may go wrong for a node to count as well. */
  private static final Duration STEADY = Duration.ofMillis(300);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How much later than the bound a node that is cut off may still answer. */
  private static final Duration GRACE = Duration.ofMillis(100);

  private final FaultCluster cluster;
  private final Load load;
  private final Duration bound;
  private final List<Round> done = new ArrayList<>();

  Rounds(FaultCluster cluster, Load load, Duration bound) {
    this.cluster = cluster;
    this.load = load;
    this.bound = bound;
  }

  List<Round> done() {
    return done;
  }

  /** A fault under way. */
  private record UnderWay(Fault fault, long since) {}

  /** Lets faults happen at the same time; returns when all is well again, or nothing helps. */
  Round run(List<Fault> faults) throws Exception {
    List<String> problems = new ArrayList<>();
    Map<String, Long> staleWithin = new TreeMap<>();
    Vitals.Counts before = answers();
    long began = System.nanoTime();
    List<UnderWay> underWay = new ArrayList<>();
    List<String> notBroughtAbout = new ArrayList<>();
    load.healthy(false);
    long healed = began;
    try {
      for (Fault fault : faults) {
        inject(fault, underWay, notBroughtAbout);
      }
    } finally {
      underWay.sort(Comparator.comparingLong(one -> one.since() + one.fault().hold().toNanos()));
      for (UnderWay one : underWay) {
        sleepUntil(one.since() + one.fault().hold().toNanos());
        for (Node node : one.fault().cost().cutOff()) {
          stale(node, one, staleWithin, problems);
        }
        healed = System.nanoTime();
        one.fault().heal().run();
      }
    }
    load.probe(true);
    Set<Node> restarted = new HashSet<>();
    faults.forEach(fault -> restarted.addAll(fault.cost().restarted()));
    Long recovery = null;
    Long start = null;
    try {
      recovery = recovered(healed, asked(restarted, false), problems);
      start = restarted.isEmpty() ? null : recovered(healed, asked(restarted, true), problems);
    } finally {
      load.probe(false);
      load.healthy(true);
    }
    Round round =
        new Round(
            done.size() + 1,
            underWay.stream().map(UnderWay::fault).toList(),
            began,
            System.nanoTime(),
            recovery,
            start,
            staleWithin,
            answers().minus(before),
            notBroughtAbout,
            problems);
    done.add(round);
    return round;
  }

  /**
   * A fault that the machine does not let happen is no problem of the cluster's: it was not run.
   */
  private static void inject(Fault fault, List<UnderWay> underWay, List<String> notBroughtAbout)
      throws Exception {
    try {
      fault.inject().run();
      underWay.add(new UnderWay(fault, System.nanoTime()));
    } catch (IOException | UncheckedIOException | AssertionError e) {
      notBroughtAbout.add(fault + ": " + e.getMessage());
      fault.heal().run();
    }
  }

  private void stale(
      Node node, UnderWay one, Map<String, Long> staleWithin, List<String> problems) {
    if (one.fault().hold().compareTo(bound.plusMillis(500)) < 0) {
      return; // it need not have gone stale yet
    }
    long last = Math.max(0, load.vitals(node).lastOkInvoked() - one.since());
    staleWithin.put(node.name(), last);
    if (last > bound.plus(GRACE).toNanos()) {
      problems.add(node.name() + " still answered " + Round.millis(last) + " after it was cut off");
    }
  }

  /** Those who are asked, and were or were not started anew. */
  private List<Node> asked(Set<Node> restarted, boolean which) {
    List<Node> asked = new ArrayList<>(cluster.introspectors());
    asked.addAll(cluster.publishers());
    asked.removeIf(node -> restarted.contains(node) != which);
    return asked;
  }

  private @Nullable Long recovered(long healed, List<Node> nodes, List<String> problems) {
    long end = healed + PATIENCE.toNanos();
    while (true) {
      long now = System.nanoTime();
      List<Node> unwell =
          nodes.stream()
              .filter(node -> !load.vitals(node).isWellSince(healed, STEADY.toNanos(), now))
              .toList();
      if (unwell.isEmpty()) {
        return nodes.stream()
            .mapToLong(node -> load.vitals(node).unwellAfter(healed))
            .max()
            .orElse(0);
      }
      if (now - end > 0) {
        problems.add(unwell + " did not recover within " + PATIENCE.toSeconds() + " s");
        return null;
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private Vitals.Counts answers() {
    Vitals.Counts sum = new Vitals.Counts(0, 0, 0, 0, 0);
    for (Node node : cluster.introspectors()) {
      sum = sum.plus(load.vitals(node).counts());
    }
    return sum;
  }

  static void sleepUntil(long moment) throws InterruptedException {
    long left = moment - System.nanoTime();
    if (left > 0) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
  }
}
