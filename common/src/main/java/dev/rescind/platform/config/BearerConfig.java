package dev.rescind.platform.config;

import org.jspecify.annotations.Nullable;

/**
 * Whose access tokens let a caller in: those of an issuer with that {@code sub}, or that {@code
 * client_id}, or both.
 *
 * @param iss among the issuers that are configured
 */
public record BearerConfig(String iss, @Nullable String sub, @Nullable String clientId) {
  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public BearerConfig {
    new Check()
        .that(iss != null, "iss", "must be given")
        .that(sub != null || clientId != null, "bearer", "needs sub, client_id, or both")
        .done();
  }
}
