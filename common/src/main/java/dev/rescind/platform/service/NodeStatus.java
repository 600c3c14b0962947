package dev.rescind.platform.service;

import dev.rescind.freshness.NodeState;
import dev.rescind.replica.Replica;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The state of a node: what its view of the log allows, once everything else that it needed to
 * begin was there, and until it stops.
 */
public final class NodeStatus {
  private final Replica replica;
  private final LongSupplier nanoClock;
  private final Map<String, BooleanSupplier> needs = new LinkedHashMap<>();
  private volatile boolean begun;
  private volatile NodeState phase = NodeState.STARTING;

  NodeStatus(Replica replica, LongSupplier nanoClock) {
    this.replica = replica;
    this.nanoClock = nanoClock;
  }

  /** Adds what must have been so once before the node serves; to be called before it starts. */
  public void need(String name, BooleanSupplier present) {
    synchronized (needs) {
      needs.put(name, present);
    }
  }

  /** The node's state, now. */
  public NodeState state() {
    NodeState now = phase;
    if (now != NodeState.SERVING) {
      return now;
    }
    NodeState state = replica.state(nanoClock.getAsLong());
    return state == NodeState.SERVING && !hasBegun() ? NodeState.CATCHING_UP : state;
  }

  private boolean hasBegun() {
    if (!begun) {
      begun = missing().isEmpty();
    }
    return begun;
  }

  /** The names of what is not there yet; empty once everything was, whatever happens later. */
  public String missing() {
    if (begun) {
      return "";
    }
    StringBuilder missing = new StringBuilder();
    synchronized (needs) {
      needs.forEach(
          (name, present) -> {
            if (!present.getAsBoolean()) {
              missing.append(missing.isEmpty() ? "" : ", ").append(name);
            }
          });
    }
    return missing.toString();
  }

  /**
   * Whether the node is stale, has served before, and nothing but time may make its view other than
   * what was acknowledged.
   */
  public boolean isMerelyOld() {
    return begun && state() == NodeState.STALE && replica.isSound();
  }

  /** From now on the view of the log says what the state is. */
  void started() {
    phase = NodeState.SERVING;
  }

  void draining() {
    phase = NodeState.DRAINING;
  }

  void stopped() {
    phase = NodeState.STOPPED;
  }

  public long stalenessMillis() {
    long nanos = replica.stalenessNanos(nanoClock.getAsLong());
    return nanos == Long.MAX_VALUE ? Long.MAX_VALUE : nanos / 1_000_000;
  }

  public long position() {
    return replica.position();
  }
}
