package dev.rescind.introspector.resolve;

import dev.rescind.introspector.decide.Known;
import dev.rescind.introspector.decide.Verdict;

/** What was found behind a token. */
public sealed interface Resolution {

  record Found(Known known) implements Resolution {}

  /** There is no such credential, or it is not valid in itself. */
  record None(Verdict.Cause cause) implements Resolution {}

  /** Whether there is one cannot be told now. */
  record NotSure(String cause) implements Resolution {}
}
