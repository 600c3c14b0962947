package dev.rescind.platform.service;

import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.identity.AuthenticationMethod;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.ClientSecrets;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The methods by which the configured identities are known; none that no identity uses is on. */
final class Callers {
  private Callers() {}

  static CallerAuthenticator of(ServiceConfig config, Vertx vertx) {
    List<AuthenticationMethod> shown = new ArrayList<>();
    List<AuthenticationMethod> implied = new ArrayList<>();
    List<ClientSecrets.Owner> owners = new ArrayList<>();
    for (IdentityConfig identity : config.identities()) {
      if (!identity.secretHashes().isEmpty()) {
        owners.add(new ClientSecrets.Owner(identity.toIdentity(), identity.hashes()));
      }
    }
    if (!owners.isEmpty()) {
      shown.add(new ClientSecrets(vertx, owners));
    }
    return new CallerAuthenticator(shown, implied);
  }
}
