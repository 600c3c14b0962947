package dev.rescind.platform.management;

/**
 * What a node's index holds: nodes that hold the same facts show the same digest.
 *
 * @param position up to which the log is applied, at the least
 */
public record IndexView(String node, long position, int facts, long digest) {

  /** Where it is had from; to be asked off the event loops, for it looks at every fact. */
  public interface Source {
    /**
     * Looks at the index.
     *
     * @param atMillis facts that were over before this time are left out
     */
    IndexView at(long atMillis);
  }
}
