package dev.rescind.platform.service;

import dev.rescind.platform.config.AssertionConfig;
import dev.rescind.platform.config.BearerConfig;
import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.grid.GridOnceOnly;
import dev.rescind.platform.identity.ApiKeys;
import dev.rescind.platform.identity.AuthenticationMethod;
import dev.rescind.platform.identity.BearerTokens;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.ClientAssertions;
import dev.rescind.platform.identity.ClientSecrets;
import dev.rescind.platform.jose.ClientKeys;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.replica.Replica;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The methods by which the configured identities are known; none that no identity uses is on. */
final class Callers {
  /**
   * What the methods are made with.
   *
   * @param endpoint the path of the OAuth endpoint that the service has
   */
  record Parts(
      Vertx vertx, Issuers issuers, Replica replica, GridOnceOnly once, String endpoint) {}

  private final ServiceConfig config;
  private final Parts parts;
  private final ClientKeys keys;
  private final CallerAuthenticator authenticator;

  Callers(ServiceConfig config, Parts parts) {
    this.config = config;
    this.parts = parts;
    List<ClientSecrets.Owner> secrets = new ArrayList<>();
    List<ApiKeys.Owner> apiKeys = new ArrayList<>();
    List<ClientAssertions.Owner> assertions = new ArrayList<>();
    List<BearerTokens.Owner> bearers = new ArrayList<>();
    for (IdentityConfig identity : config.identities()) {
      if (!identity.secretHashes().isEmpty()) {
        secrets.add(new ClientSecrets.Owner(identity.toIdentity(), identity.hashes()));
      }
      if (!identity.apiKeyHashes().isEmpty()) {
        apiKeys.add(new ApiKeys.Owner(identity.toIdentity(), identity.apiKeyDigests()));
      }
      AssertionConfig assertion = identity.assertion();
      if (assertion != null) {
        assertions.add(
            new ClientAssertions.Owner(
                identity.toIdentity(),
                assertion.client(identity.clientId()),
                assertion.maxLifetime(),
                assertion.legacyAudience()));
      }
      BearerConfig bearer = identity.bearer();
      if (bearer != null) {
        bearers.add(
            new BearerTokens.Owner(
                identity.toIdentity(), bearer.iss(), bearer.sub(), bearer.clientId()));
      }
    }
    keys =
        new ClientKeys(
            parts.vertx(),
            assertions.stream().map(ClientAssertions.Owner::keys).toList(),
            System::nanoTime);
    List<AuthenticationMethod> shown = new ArrayList<>();
    if (!secrets.isEmpty()) {
      shown.add(new ClientSecrets(parts.vertx(), secrets));
    }
    if (!assertions.isEmpty()) {
      shown.add(assertions(assertions));
    }
    if (!bearers.isEmpty()) {
      shown.add(bearers(bearers));
    }
    if (!apiKeys.isEmpty()) {
      shown.add(new ApiKeys(apiKeys));
    }
    authenticator = new CallerAuthenticator(shown, List.of());
  }

  private ClientAssertions assertions(List<ClientAssertions.Owner> owners) {
    return new ClientAssertions(
        parts.vertx(),
        owners,
        keys,
        new ClientAssertions.Audience(config.issuer(), endpoints()),
        parts.once(),
        InstantSource.system());
  }

  private BearerTokens bearers(List<BearerTokens.Owner> owners) {
    return new BearerTokens(
        parts.vertx(),
        owners,
        config.issuer(),
        parts.issuers(),
        parts.replica(),
        new BearerTokens.Clocks(InstantSource.system(), System::nanoTime));
  }

  /** Every URL under which clients may know the service's OAuth endpoint. */
  private List<String> endpoints() {
    List<String> urls = new ArrayList<>();
    urls.add(config.url() + parts.endpoint());
    urls.add(withoutSlash(config.issuer()) + parts.endpoint());
    String revocation = config.metadata().revocationEndpoint();
    if (revocation != null && revocation.endsWith(parts.endpoint())) {
      urls.add(revocation);
    }
    return urls;
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  CallerAuthenticator authenticator() {
    return authenticator;
  }

  /** Begins to fetch the clients' keys, and finds the grid where something is good once. */
  void start() {
    var unused = keys.start();
    if (config.identities().stream().anyMatch(identity -> identity.assertion() != null)) {
      var unusedToo = parts.once().start();
    }
  }

  void close() {
    var unused = keys.close();
  }
}
