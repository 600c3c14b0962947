package dev.rescind.system.faults;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hosts with two links each: one to the cluster (Kafka and grid), one to clients. Only the first is
 * ever cut, so that a host that lost the cluster can still be asked.
 */
interface Network extends AutoCloseable {

  /** The directions of a link that can be broken alone. */
  enum Direction {
    IN,
    OUT
  }

  /** Namespaces where this process may make them, the loopback interface where not. */
  static Network open(List<String> names) {
    String missing = NamespaceNetwork.missing();
    return missing.isEmpty()
        ? new NamespaceNetwork(names)
        : new LoopbackNetwork(names, "no network namespaces: " + missing);
  }

  default Host host(String name) {
    return hosts().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  List<Host> hosts();

  /** What goes before a command that runs on a host. */
  List<String> on(Host host);

  /** What this network cannot do to {@code link}s, or an empty text. */
  String cannotCut();

  /** What this network cannot do to packets of one direction or connection, or an empty text. */
  String cannotFilter();

  /** Where the tests themselves listen towards the hosts' cluster links. */
  String gateway();

  /** Takes a host's cluster link away. */
  void unplug(Host host);

  void plug(Host host);

  /** Puts hosts on an island: they reach each other, and none of the others. */
  void isolate(Collection<Host> island);

  void rejoin(Collection<Host> island);

  /** Drops what comes in, or goes out, on a host's cluster link. */
  void drop(Host host, Direction direction);

  /** Drops everything between a host and some others, on its own side. */
  void part(Host host, Collection<Host> others);

  /** Loses packets of a host's cluster link, by chance, in both directions. */
  void lose(Host host, int percent);

  /** Lets so little through a host's cluster link, in both directions. */
  void narrow(Host host, int kilobits);

  /** Ends every connection of a host's cluster link with a reset, as soon as it carries data. */
  void reset(Host host);

  /**
   * Sends new connections from a host to ports of others elsewhere, and ends those that it has.
   *
   * @param detours by {@code address:port}, each a port of {@link #gateway}
   */
  void detour(Host host, Map<String, Integer> detours);

  /** Takes all filters of a host away. */
  void unfilter(Host host);

  /** Everything as at first; the hosts stay. */
  default void heal() {
    for (Host host : hosts()) {
      plug(host);
      unfilter(host);
    }
    rejoin(Set.copyOf(hosts()));
  }

  @Override
  void close();
}
