package dev.rescind.platform.config;

import dev.rescind.platform.identity.Right;
import java.util.List;

/** The two services: where each listens by default, and what it alone must or must not be given. */
public enum ServiceKind {
  INTROSPECTOR("introspector", 8_080, 9_080) {
    @Override
    void check(ServiceConfig config) {
      Check check =
          new Check()
              .that(
                  config.logKeys().liftSigningKey() == null,
                  "log_keys.lift_signing_key",
                  "must not be given to an introspector: only publishers sign lifts");
      for (int i = 0; i < config.identities().size(); i++) {
        CallerAnswersConfig caller = config.identities().get(i).answers();
        if (caller != null) {
          config.answers().check(check, caller, "identities[" + i + "].answers.");
        }
      }
      check.done();
    }
  },

  PUBLISHER("revocation-publisher", 8_081, 9_081) {
    @Override
    void check(ServiceConfig config) {
      Check check = new Check();
      List<IdentityConfig> identities = config.identities();
      for (int i = 0; i < identities.size(); i++) {
        int lift = identities.get(i).rights().indexOf(Right.LIFT.wireName());
        check.that(
            lift < 0 || config.logKeys().liftSigningKey() != null,
            "identities[" + i + "].rights[" + lift + "]",
            "needs log_keys.lift_signing_key: this publisher could sign no lift");
      }
      check.done();
    }
  };

  private final String program;
  private final int httpPort;
  private final int managementPort;

  ServiceKind(String program, int httpPort, int managementPort) {
    this.program = program;
    this.httpPort = httpPort;
    this.managementPort = managementPort;
  }

  /** The name of its program. */
  public String program() {
    return program;
  }

  public int httpPort() {
    return httpPort;
  }

  int managementPort() {
    return managementPort;
  }

  /**
   * Checks what this service alone asks for.
   *
   * @throws IllegalArgumentException with a line for each problem, of a key and a message
   */
  abstract void check(ServiceConfig config);
}
