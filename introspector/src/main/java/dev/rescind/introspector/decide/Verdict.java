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
    REVOKED
  }

  record Active(Known known) implements Verdict {}

  record Inactive(Cause cause) implements Verdict {}

  /** This node cannot tell: 503, whatever the credential. */
  record Undecided(String cause) implements Verdict {}
}
