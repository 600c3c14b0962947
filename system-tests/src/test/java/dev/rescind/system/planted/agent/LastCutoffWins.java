package dev.rescind.system.planted.agent;

import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.RevocationIndex;
import net.bytebuddy.asm.Advice;

/** Before the applying of a revocation. */
public final class LastCutoffWins {
  private LastCutoffWins() {}

  @Advice.OnMethodEnter
  static void enter(@Advice.This RevocationIndex index, @Advice.Argument(0) Revocation revocation) {
    Planted.forgetEarlier(index, revocation);
  }
}
