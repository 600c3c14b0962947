package dev.rescind.system.faults;

import dev.rescind.system.faults.FaultCluster.Node;
import java.time.Duration;
import java.util.Set;

/**
 * One thing that goes wrong, for how long, and how it is put right.
 *
 * @param id its number in {@code docs/properties.md}
 * @param what for people
 * @param hurt the processes that it touches; no other fault touches them meanwhile
 */
record Fault(
    String id, String what, Set<Node> hurt, Duration hold, Step inject, Step heal, Cost cost) {

  /** Something to do. */
  interface Step {
    void run() throws Exception;
  }

  /**
   * What may be expected of the hurt ones.
   *
   * @param restarted processes that begin anew: until they serve counts as their start, not as
   *     recovery
   * @param cutOff nodes that cannot know what is revoked, and have to say so within the bound
   */
  record Cost(Set<Node> restarted, Set<Node> cutOff) {
    static final Cost NONE = new Cost(Set.of(), Set.of());
  }

  Fault {
    hurt = Set.copyOf(hurt);
  }

  @Override
  public String toString() {
    return id + " " + what;
  }
}
