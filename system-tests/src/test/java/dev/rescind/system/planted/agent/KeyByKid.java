package dev.rescind.system.planted.agent;

import dev.rescind.revocation.Target;
import dev.rescind.revocation.TargetKey;
import java.util.List;
import net.bytebuddy.asm.Advice;

/** Instead of the places of a key's material. */
public final class KeyByKid {
  private KeyByKid() {}

  @Advice.OnMethodExit
  @SuppressWarnings("UnusedVariable") // what is assigned is returned
  static void exit(
      @Advice.This Target.Key key, @Advice.Return(readOnly = false) List<TargetKey> keys) {
    String iss = key.iss();
    String kid = key.kid();
    if (iss != null && kid != null) {
      keys = List.of(Target.Key.ofKeyId(iss, kid));
    }
  }
}
