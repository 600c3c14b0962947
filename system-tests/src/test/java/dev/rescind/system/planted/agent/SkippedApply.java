package dev.rescind.system.planted.agent;

import dev.rescind.revocation.RevocationIndex;
import net.bytebuddy.asm.Advice;

/** Around the applying of a revocation. */
public final class SkippedApply {
  private SkippedApply() {}

  @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
  static boolean enter() {
    return Planted.passesOver();
  }

  @Advice.OnMethodExit
  @SuppressWarnings({"UnusedVariable", "ParameterName"}) // what is assigned is returned
  static void exit(
      @Advice.Enter boolean passedOver,
      @Advice.Return(readOnly = false) RevocationIndex.Applied result) {
    if (passedOver) {
      result = RevocationIndex.Applied.CHANGED;
    }
  }
}
