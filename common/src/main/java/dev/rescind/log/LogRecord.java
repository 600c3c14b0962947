package dev.rescind.log;

import dev.rescind.freshness.Barrier;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;

/** One record of the log of facts and barriers. */
public sealed interface LogRecord {

  /** The fact that a target was revoked. */
  record Revoked(Revocation revocation) implements LogRecord {}

  /** The fact that one revocation was ended. */
  record Lifted(Lift lift) implements LogRecord {}

  /** A node's proof of freshness; no fact. */
  record BarrierWritten(Barrier barrier) implements LogRecord {}
}
