package dev.rescind.platform.service;

import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.identity.AuthenticationMethod;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.ClientSecrets;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * The methods by which the configured identities are known; none that no identity uses is on. What
 * was proven under one configuration need not be proven again under the next.
 */
final class Callers {
  /** As {@link CallerAuthenticator} takes them. */
  record Methods(List<AuthenticationMethod> shown, List<AuthenticationMethod> implied) {}

  private ClientSecrets secrets;

  Callers(Vertx vertx) {
    secrets = new ClientSecrets(vertx, List.of());
  }

  /** The methods for the identities of a configuration. */
  synchronized Methods methods(ServiceConfig config) {
    List<AuthenticationMethod> shown = new ArrayList<>();
    List<AuthenticationMethod> implied = new ArrayList<>();
    List<ClientSecrets.Owner> owners = new ArrayList<>();
    for (IdentityConfig identity : config.identities()) {
      if (!identity.hashes().isEmpty()) {
        owners.add(
            new ClientSecrets.Owner(
                identity.toIdentity(), identity.hashes(), identity.expiries()));
      }
    }
    secrets = secrets.successor(owners);
    if (!owners.isEmpty()) {
      shown.add(secrets);
    }
    return new Methods(shown, implied);
  }
}
