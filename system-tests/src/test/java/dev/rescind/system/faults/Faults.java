package dev.rescind.system.faults;

import dev.rescind.system.faults.Fault.Cost;
import dev.rescind.system.faults.FaultCluster.Node;
import dev.rescind.system.faults.Network.Direction;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** How each fault is brought about in a cluster. */
final class Faults {
  private final FaultCluster cluster;
  private static final int LONGEST_SUSPENSION_SECONDS = 13;

  private final Network network;
  private final Load load;
  private final Map<Node, FakeClock> clocks = new HashMap<>();

  Faults(FaultCluster cluster, Load load) {
    this.load = load;
    this.cluster = cluster;
    this.network = cluster.network();
  }

  /** F1: {@code kill -9}, and the start anew. */
  Fault kill(Node node, Duration hold) {
    return new Fault(
        "F1",
        "kill -9 " + node + role(node) + " for " + text(hold),
        Set.of(node),
        hold,
        () -> node.child().kill(),
        () -> node.child().start(),
        new Cost(isAsked(node) ? Set.of(node) : Set.of(), Set.of()));
  }

  /** F2: {@code SIGSTOP} and {@code SIGCONT}. */
  Fault pause(Node node, Duration hold) {
    return new Fault(
        "F2",
        "SIGSTOP " + node + role(node) + " for " + text(hold),
        Set.of(node),
        hold,
        () -> node.child().pause(),
        () -> node.child().resume(),
        Cost.NONE);
  }

  /** F3: the link to the cluster is gone. */
  Fault unplug(Node node, Duration hold) {
    return new Fault(
        "F3",
        "unplug " + node + role(node) + " for " + text(hold),
        Set.of(node),
        hold,
        () -> network.unplug(node.host()),
        () -> network.plug(node.host()),
        cutOff(node));
  }

  /** F4: nothing comes in, or nothing goes out. */
  Fault drop(Node node, Direction direction, Duration hold) {
    return new Fault(
        "F4",
        "drop what goes " + direction + " of " + node + role(node) + " for " + text(hold),
        Set.of(node),
        hold,
        () -> network.drop(node.host(), direction),
        () -> network.unfilter(node.host()),
        cutOff(node));
  }

  /** F5: the leader, which still believes that it is, and one node alone with it. */
  Fault zombie(Node leader, Node introspector, Duration hold) {
    Set<Node> both = Set.of(leader, introspector);
    List<Host> island = List.of(leader.host(), introspector.host());
    return new Fault(
        "F5",
        "isolate the leader " + leader + " with " + introspector + " for " + text(hold),
        both,
        hold,
        () -> network.isolate(island),
        () -> network.rejoin(island),
        new Cost(Set.of(), Set.of(introspector)));
  }

  /** F6: the grid is split, while Kafka can be reached from both sides. */
  Fault split(Node introspector, Duration hold) {
    List<Host> others = new ArrayList<>(hosts(cluster.introspectors()));
    others.addAll(hosts(cluster.publishers().subList(1, 2)));
    others.remove(introspector.host());
    return new Fault(
        "F6",
        "split the grid: " + introspector + " apart for " + text(hold),
        Set.copyOf(cluster.introspectors()),
        hold,
        () -> network.part(introspector.host(), others),
        () -> network.unfilter(introspector.host()),
        Cost.NONE);
  }

  /** F7: packets are lost. */
  Fault lose(Node node, int percent, Duration hold) {
    return new Fault(
        "F7",
        "lose " + percent + " % of " + node + role(node) + " for " + text(hold),
        Set.of(node),
        hold,
        () -> network.lose(node.host(), percent),
        () -> network.unfilter(node.host()),
        Cost.NONE);
  }

  /** F7: hardly anything gets through. */
  Fault narrow(Node node, int kilobits, Duration hold) {
    return new Fault(
        "F7",
        kilobits + " kbit/s for " + node + role(node) + " for " + text(hold),
        Set.of(node),
        hold,
        () -> network.narrow(node.host(), kilobits),
        () -> network.unfilter(node.host()),
        Cost.NONE);
  }

  /** F8: every connection is reset. */
  Fault reset(Node node, Duration hold) {
    return new Fault(
        "F8",
        "reset the connections of " + node + role(node) + " for " + text(hold),
        Set.of(node),
        hold,
        () -> network.reset(node.host()),
        () -> network.unfilter(node.host()),
        cutOff(node));
  }

  /** F7 and F8: what a service and the brokers say to each other comes late, or byte by byte. */
  Fault delay(Node node, Duration hold) {
    return slowPath(
        "F7",
        "200 ms +- 100 to and from Kafka for " + node + " for " + text(hold),
        node,
        new SlowPath.Manner(Duration.ofMillis(100), Duration.ofMillis(300), 16 * 1024),
        hold);
  }

  /** F8: what a service and the brokers say to each other comes byte by byte. */
  Fault crumble(Node node, Duration hold) {
    return slowPath(
        "F8",
        "one-byte chunks to and from Kafka for " + node + " for " + text(hold),
        node,
        new SlowPath.Manner(Duration.ZERO, Duration.ZERO, 1),
        hold);
  }

  private Fault slowPath(String id, String what, Node node, SlowPath.Manner manner, Duration hold) {
    List<SlowPath> paths = new ArrayList<>();
    return new Fault(
        id,
        what,
        Set.of(node),
        hold,
        () -> {
          Map<String, Integer> detours = new HashMap<>();
          for (Node broker : cluster.brokers()) {
            SlowPath path =
                new SlowPath(
                    network.gateway(),
                    new InetSocketAddress(broker.host().cluster(), BrokerFiles.PORT),
                    manner);
            paths.add(path);
            detours.put(broker.host().cluster() + ":" + BrokerFiles.PORT, path.port());
          }
          network.detour(node.host(), detours);
        },
        () -> {
          network.unfilter(node.host());
          for (SlowPath path : paths) {
            path.close();
          }
        },
        Cost.NONE);
  }

  /** F15: the wall clock of a process jumps, and back. */
  Fault jump(Node node, int seconds, Duration hold) {
    FakeClock clock = clocks.computeIfAbsent(node, FakeClock::new);
    return new Fault(
        "F15",
        "the clock of " + node + " jumps by " + seconds + " s for " + text(hold),
        Set.of(node),
        hold,
        () -> {
          load.suspend(false);
          clock.prepare();
          if (isAsked(node)) {
            FaultCluster.await(
                node + " serves with a clock that can be set",
                Duration.ofMinutes(2),
                () -> cluster.isReady(node));
          }
          TimeUnit.SECONDS.sleep(LONGEST_SUSPENSION_SECONDS);
          clock.set(seconds);
        },
        () -> {
          clock.set(0);
          load.suspend(true);
        },
        Cost.NONE);
  }

  /** Why no clock can be made to jump here; empty where it can. */
  String cannotFakeTime() {
    return FakeClock.library().isEmpty() ? "libfaketime is not there" : "";
  }

  /** F16: others want the processors too. */
  Fault starve(int burners, Duration hold) {
    List<Process> running = new ArrayList<>();
    return new Fault(
        "F16",
        burners + " busy loops beside the cluster for " + text(hold),
        Set.of(),
        hold,
        () -> {
          for (int i = 0; i < burners; i++) {
            running.add(
                new ProcessBuilder("sh", "-c", "ulimit -t 120; while :; do :; done").start());
          }
        },
        () -> running.forEach(Process::destroyForcibly),
        Cost.NONE);
  }

  /** F9: the disk of the last broker is full; it ends, and is started again once there is room. */
  Fault fillDisk(Duration hold) {
    Node broker = cluster.brokers().get(cluster.brokers().size() - 1);
    SmallDisk disk = Objects.requireNonNull(cluster.disk(), "there is no small disk");
    return new Fault(
        "F9",
        "the disk of " + broker + role(broker) + " is full for " + text(hold),
        Set.of(broker),
        hold,
        disk::fill,
        () -> {
          broker.child().kill();
          disk.free();
          broker.child().start();
        },
        Cost.NONE);
  }

  /** Why no disk can be filled here; empty where one can. */
  String cannotFillDisk() {
    return cluster.disk() == null ? SmallDisk.missing() : "";
  }

  /** F11: records that are none are written to the log. */
  Fault poison() {
    return new Fault(
        "F11",
        "poison in the log",
        Set.of(),
        Duration.ZERO,
        () -> {
          try (LogAccess log = new LogAccess(cluster)) {
            for (LogAccess.Raw raw : LogAccess.poison()) {
              log.write(raw);
            }
          }
        },
        () -> {},
        Cost.NONE);
  }

  /** F12: a broker is lost with all its data; another takes its place, with none. */
  Fault destroy(Node broker, Duration hold) {
    return new Fault(
        "F12",
        "lose " + broker + role(broker) + " and its data, an empty one after " + text(hold),
        Set.of(broker),
        hold,
        () -> {
          // One copy of three may be lost: while another is being made, that would be two.
          FaultCluster.await("every broker has a copy", Duration.ofMinutes(2), cluster::isInSync);
          broker.child().kill();
          cluster.destroyData(broker);
        },
        () -> broker.child().start(),
        Cost.NONE);
  }

  /** F13: everything is stopped and started again, one after the other, as in an upgrade. */
  Fault roll(Node node) {
    return new Fault(
        "F13",
        "restart " + node + role(node),
        Set.of(node),
        Duration.ZERO,
        () -> node.child().stop(),
        () -> node.child().start(),
        new Cost(isAsked(node) ? Set.of(node) : Set.of(), Set.of()));
  }

  /** F14: everything was killed at once, and starts at once, asked from the first moment on. */
  Fault coldStart() {
    Set<Node> all = Set.copyOf(cluster.all());
    return new Fault(
        "F14",
        "kill -9 and cold start of everything",
        all,
        Duration.ofMillis(500),
        () -> all.parallelStream().forEach(node -> node.child().kill()),
        () -> cluster.all().forEach(node -> node.child().start()),
        new Cost(
            all.stream().filter(this::isAsked).collect(Collectors.toUnmodifiableSet()), Set.of()));
  }

  private Cost cutOff(Node node) {
    return new Cost(Set.of(), cluster.introspectors().contains(node) ? Set.of(node) : Set.of());
  }

  private boolean isAsked(Node node) {
    return !cluster.brokers().contains(node);
  }

  private String role(Node node) {
    return cluster.brokers().contains(node)
            && cluster.leader().equals(Optional.of(cluster.brokers().indexOf(node) + 1))
        ? " (leader)"
        : "";
  }

  private static List<Host> hosts(List<Node> nodes) {
    return nodes.stream().map(Node::host).toList();
  }

  static String text(Duration hold) {
    return hold.toMillis() / 1000.0 + " s";
  }
}
