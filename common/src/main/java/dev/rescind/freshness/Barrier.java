package dev.rescind.freshness;

import java.util.UUID;

/**
 * A node's own record in the log. Read back, it proves that the node holds everything acknowledged
 * before it was written.
 *
 * @param incarnation of the node's process, so that a restarted node takes no old barrier for its
 *     own
 * @param sequence counts the incarnation's barriers from 1
 * @param position up to which the writer had applied the log, or -1
 */
public record Barrier(
    Writer writer, UUID incarnation, long sequence, long position, Status status) {

  /**
   * The node that wrote it.
   *
   * @param introspects whether the node answers introspection, so that a confirmed revocation waits
   *     for it
   */
  public record Writer(String node, String url, String version, boolean introspects) {}

  /** How the node was when it wrote. */
  public record Status(NodeState state, long stalenessMillis) {}
}
