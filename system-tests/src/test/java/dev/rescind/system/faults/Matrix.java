package dev.rescind.system.faults;

import dev.rescind.system.faults.FaultCluster.Node;
import dev.rescind.system.faults.Network.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Which faults there are, what each promises, and whether it can be run here. Drawn from a seed, so
 * that a run can be repeated.
 */
final class Matrix {
  private static final List<String> KINDS =
      List.of(
          "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F11", "F12", "F13", "F15", "F16");

  private static final List<String> ELSEWHERE =
      List.of("F18", "F19", "F20", "F21", "F22", "F23", "F24");

  private final FaultCluster cluster;
  private final Faults faults;
  private final Map<String, String> notRun = new LinkedHashMap<>();
  private final List<String> kinds = new ArrayList<>();

  Matrix(FaultCluster cluster, Faults faults) {
    this.cluster = cluster;
    this.faults = faults;
    Network network = cluster.network();
    for (String id : KINDS) {
      String why =
          switch (id) {
            case "F3", "F5" -> network.cannotCut();
            case "F4", "F6", "F7", "F8" ->
                network.cannotCut().isEmpty() ? network.cannotFilter() : network.cannotCut();
            case "F9" -> faults.cannotFillDisk();
            case "F15" -> faults.cannotFakeTime();
            default -> "";
          };
      if (why.isEmpty()) {
        kinds.add(id);
      } else {
        notRun.put(id, why);
      }
    }
    ELSEWHERE.forEach(id -> notRun.put(id, "in a test of its own: see docs/properties.md"));
  }

  /** What can be drawn here. */
  List<String> kinds() {
    return List.copyOf(kinds);
  }

  /** What is not run here, and why. */
  Map<String, String> notRun() {
    return notRun;
  }

  /** Says why a fault was not run. */
  void notRun(String id, String why) {
    notRun.put(id, why);
  }

  /** One or two faults at the same time, on different processes. */
  List<Fault> draw(Random random) {
    Fault first = draw(any(kinds, random), random, Set.of());
    for (int attempt = 0; attempt < 20; attempt++) {
      Fault second = draw(any(kinds, random), random, first.hurt());
      if (second != null && goTogether(first, second)) {
        return List.of(first, second);
      }
    }
    return List.of(first);
  }

  /** Two brokers at once are no promise: nothing could be acknowledged. */
  private boolean goTogether(Fault one, Fault other) {
    Set<Node> hurt = new HashSet<>(one.hurt());
    boolean apart = other.hurt().stream().noneMatch(hurt::contains);
    hurt.addAll(other.hurt());
    hurt.retainAll(Set.copyOf(cluster.brokers()));
    return apart && hurt.size() <= 1 && !(isOfTheGrid(one) && isOfTheGrid(other));
  }

  private static boolean isOfTheGrid(Fault fault) {
    return fault.id().equals("F6");
  }

  /** Draws a fault of a kind, on processes that are not taken. */
  Fault draw(String id, Random random, Set<Node> taken) {
    List<Node> free = new ArrayList<>(cluster.all());
    free.removeAll(taken);
    if (random.nextInt(3) == 0) { // the leader is where it hurts
      cluster.leader().ifPresent(leader -> free.add(0, cluster.brokers().get(leader - 1)));
      free.removeAll(taken);
    }
    Node node = any(free, random);
    List<Node> nodes = new ArrayList<>(cluster.introspectors());
    nodes.removeAll(taken);
    Node introspector = nodes.isEmpty() ? node : any(nodes, random);
    Duration hold = hold(random);
    return switch (id) {
      case "F1" -> faults.kill(node, Duration.ofMillis(random.nextInt(0, 4_000)));
      case "F2" ->
          faults.pause(
              node,
              Duration.ofMillis(
                  switch (random.nextInt(8)) {
                    case 0, 1, 2 -> 100;
                    case 3, 4, 5 -> 1_000;
                    default -> 5_000;
                  }));
      case "F3" -> faults.unplug(node, hold);
      case "F4" -> faults.drop(node, random.nextBoolean() ? Direction.IN : Direction.OUT, hold);
      case "F5" -> faults.zombie(leader(), introspector, hold.plusSeconds(2));
      case "F6" -> faults.split(introspector, Duration.ofMillis(random.nextInt(2_000, 12_000)));
      case "F7" -> slow(node, random, hold);
      case "F8" ->
          isBroker(node) || random.nextBoolean()
              ? faults.reset(node, hold)
              : faults.crumble(node, hold);
      case "F9" -> faults.fillDisk(hold.plusSeconds(2));
      case "F11" -> faults.poison();
      case "F12" -> faults.destroy(any(cluster.brokers(), random), hold);
      case "F13" -> faults.roll(node);
      case "F15" ->
          faults.jump(
              isBroker(node) ? introspector : node,
              any(List.of(3_600, -3_600, 300, -300), random),
              hold);
      case "F16" -> faults.starve(random.nextInt(2, 5), hold);
      default -> throw new IllegalArgumentException("no fault is " + id);
    };
  }

  private Fault slow(Node node, Random random, Duration hold) {
    return switch (random.nextInt(4)) {
      case 0 -> faults.lose(node, 5, hold);
      case 1 -> faults.lose(node, 30, hold);
      case 2 -> faults.narrow(node, 64, hold);
      default -> faults.delay(isBroker(node) ? cluster.introspectors().get(0) : node, hold);
    };
  }

  private boolean isBroker(Node node) {
    return cluster.brokers().contains(node);
  }

  private Node leader() {
    return cluster.brokers().get(cluster.leader().orElse(1) - 1);
  }

  /** Mostly a second or some; a few so long that timers of every kind run out. */
  private static Duration hold(Random random) {
    return Duration.ofMillis(
        random.nextInt(100) == 0
            ? 75_000
            : random.nextInt(12) == 0 ? 9_000 : random.nextInt(300, 3_500));
  }

  private static <T> T any(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }
}
