package dev.rescind.platform.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A caller: see {@code dev.rescind.platform.identity.Identity}.
 *
 * @param secretHashes bcrypt, argon2id or PBKDF2
 * @param audiences absent: sees all; empty: only what it registered
 * @param issuers absent: of all issuers
 * @param iss of what it registers without naming one
 */
public record IdentityConfig(
    String clientId,
    List<String> secretHashes,
    List<String> rights,
    @Nullable List<String> audiences,
    @Nullable List<String> issuers,
    @Nullable String iss) {
  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public IdentityConfig {
    Require.that(clientId != null, "client_id", "must be given");
    secretHashes = List.copyOf(secretHashes);
    rights = List.copyOf(rights);
  }

  /** Hashes are not shown. */
  @Override
  public String toString() {
    return "IdentityConfig[" + clientId + "]";
  }
}
