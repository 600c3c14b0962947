package dev.rescind.system.faults;

import java.util.Collection;
import java.util.List;
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

  Host host(String name);

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

  /** Ends every connection of a host's cluster link with a reset, as soon as it carries data. */
  void reset(Host host);

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
