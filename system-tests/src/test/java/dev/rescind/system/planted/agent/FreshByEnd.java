package dev.rescind.system.planted.agent;

import net.bytebuddy.asm.Advice;

/** Instead of what barriers prove. */
public final class FreshByEnd {
  private FreshByEnd() {}

  @Advice.OnMethodExit
  @SuppressWarnings("UnusedVariable") // what is assigned is returned
  static void exit(
      @Advice.Argument(0) long nowNanos, @Advice.Return(readOnly = false) long staleness) {
    staleness = Planted.sinceTheEnd(nowNanos);
  }
}
