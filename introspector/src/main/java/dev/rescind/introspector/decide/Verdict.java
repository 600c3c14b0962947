package dev.rescind.introspector.decide;

/** What introspection found. */
public sealed interface Verdict {

  /** Why a credential is not active; callers are never told, metrics are. */
  enum Cause {
    MALFORMED,
    UNKNOWN,
    INVALID,
    NOT_NOW,
    NOT_FOR_CALLER,
    REVOKED,
    /** To the key of whoever uses it. */
    NOT_BOUND
  }

  record Active(Known known) implements Verdict {}

  record Inactive(Cause cause) implements Verdict {}

  /**
   * What was found by a view that is too old, for a viewer who takes that.
   *
   * @param found active or inactive
   * @param stalenessMillis how old the view's last proof was when it was asked
   */
  record Stale(Verdict found, long stalenessMillis) implements Verdict {
    public Stale {
      if (found instanceof Stale || found instanceof Undecided) {
        throw new IllegalArgumentException("only what was found can be stale");
      }
    }
  }

  /** What was found, whether stale or not. */
  default Verdict found() {
    return this;
  }

  /** This node cannot tell: 503, whatever the credential. */
  record Undecided(String cause) implements Verdict {}
}
