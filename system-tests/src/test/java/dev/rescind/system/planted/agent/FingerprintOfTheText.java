package dev.rescind.system.planted.agent;

import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import net.bytebuddy.asm.Advice;

/** Instead of the fingerprint of a JWT's signing input. */
public final class FingerprintOfTheText {
  private FingerprintOfTheText() {}

  @Advice.OnMethodExit
  @SuppressWarnings("UnusedVariable") // what is assigned is returned
  static void exit(
      @Advice.This PresentedToken.Jwt token,
      @Advice.Return(readOnly = false) Fingerprint fingerprint) {
    fingerprint = token.digest();
  }
}
