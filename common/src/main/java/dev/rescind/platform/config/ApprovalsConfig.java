package dev.rescind.platform.config;

import dev.rescind.revocation.Target;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which revocations a second identity must approve.
 *
 * @param types of targets; absent: key, issuer and client
 * @param threshold so many credentials or more that a revocation of any type would hit; absent:
 *     they are not counted
 * @param expiresAfter how long a revocation waits
 */
public record ApprovalsConfig(
    @Nullable List<String> types,
    @Nullable Integer threshold,
    @Default("1h") Duration expiresAfter) {
  private static final int MAX_THRESHOLD = 1_000_000;

  public ApprovalsConfig {
    types = types == null ? List.of("key", "issuer", "client") : List.copyOf(types);
    Check check =
        new Check()
            .that(
                threshold == null || (threshold >= 1 && threshold <= MAX_THRESHOLD),
                "threshold",
                "must be 1 to 1,000,000")
            .that(
                expiresAfter.compareTo(Duration.ofSeconds(1)) >= 0
                    && expiresAfter.compareTo(Duration.ofDays(30)) <= 0,
                "expires_after",
                "must be 1s to 30d");
    for (int i = 0; i < types.size(); i++) {
      check.that(
          Target.parseType(types.get(i)) != null,
          "types[" + i + "]",
          "must be token, grant, session, subject, client, issuer, key or certificate");
    }
    check.done();
  }

  /** Whether every revocation of that type of target waits. */
  public boolean includes(Target.Type type) {
    return types != null && types.contains(type.wireName());
  }
}
