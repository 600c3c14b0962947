package dev.rescind.platform.service;

import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.identity.AuthenticationMethod;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.ClientCertificates;
import dev.rescind.platform.identity.ClientSecrets;
import dev.rescind.platform.identity.ForwardedCertificates;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The methods by which the configured identities are known; none that no identity uses is on. What
 * was proven under one configuration need not be proven again under the next.
 */
final class Callers {
  /** As {@link CallerAuthenticator} takes them. */
  record Methods(List<AuthenticationMethod> shown, List<AuthenticationMethod> implied) {}

  private final Vertx vertx;
  private ClientSecrets secrets;

  Callers(Vertx vertx) {
    this.vertx = vertx;
    secrets = new ClientSecrets(vertx, List.of());
  }

  private static void certificates(
      Vertx vertx,
      ServiceConfig config,
      List<AuthenticationMethod> shown,
      List<AuthenticationMethod> implied) {
    List<String> proxies = config.http().certificateProxies();
    ForwardedCertificates forwarded = proxies.isEmpty() ? null : new ForwardedCertificates(proxies);
    if (forwarded != null) {
      shown.add(forwarded);
    }
    List<ClientCertificates.Owner> owners =
        config.identities().stream()
            .map(IdentityConfig::certificates)
            .filter(Objects::nonNull)
            .toList();
    if (!owners.isEmpty()) {
      implied.add(new ClientCertificates(vertx, owners, forwarded, InstantSource.system()));
    }
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
    certificates(vertx, config, shown, implied);
    return new Methods(shown, implied);
  }
}
