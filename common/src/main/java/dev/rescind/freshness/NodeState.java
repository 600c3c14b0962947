package dev.rescind.freshness;

/** The states of a node. Only {@link #SERVING} says yes. */
public enum NodeState {
  /** Adapters are being built. */
  STARTING,
  /** The log is being read up to a first barrier of this node's own. */
  CATCHING_UP,
  /** Staleness is under the bound. */
  SERVING,
  /** Staleness is over the bound, or something was read that this node does not understand. */
  STALE,
  /** No new work; what is under way is being finished. */
  DRAINING,
  STOPPED;

  /** Whether a node in this state may come to be in {@code next}. */
  public boolean canBecome(NodeState next) {
    return switch (this) {
      case STARTING -> next == CATCHING_UP || next == DRAINING || next == STOPPED;
      case CATCHING_UP, STALE ->
          next == SERVING || next == STALE || next == DRAINING || next == STOPPED;
      case SERVING -> next == STALE || next == DRAINING || next == STOPPED;
      case DRAINING -> next == STOPPED;
      case STOPPED -> false;
    };
  }
}
