package dev.rescind.system.planted.agent;

import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Before a node takes note of every name of a key. */
public final class KnownByOneKid {
  private KnownByOneKid() {}

  @Advice.OnMethodEnter
  @SuppressWarnings("UnusedVariable") // what is assigned is passed on
  static void enter(@Advice.Argument(value = 1, readOnly = false) Iterable<String> kids) {
    kids = Set.of();
  }
}
