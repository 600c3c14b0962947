package dev.rescind.platform.service;

import dev.rescind.platform.config.AssertionConfig;
import dev.rescind.platform.config.BearerConfig;
import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.grid.GridOnceOnly;
import dev.rescind.platform.identity.ApiKeys;
import dev.rescind.platform.identity.AuthenticationMethod;
import dev.rescind.platform.identity.BearerTokens;
import dev.rescind.platform.identity.ClientAssertions;
import dev.rescind.platform.identity.ClientCertificates;
import dev.rescind.platform.identity.ClientSecrets;
import dev.rescind.platform.identity.FairChecks;
import dev.rescind.platform.identity.ForwardedCertificates;
import dev.rescind.platform.identity.RequestSignatures;
import dev.rescind.platform.jose.ClientKeys;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.jose.PrivateAddresses;
import dev.rescind.replica.Replica;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The methods by which the configured identities are known; none that no identity uses is on. What
 * was proven under one configuration need not be proven again under the next.
 */
final class Callers {
  private static final int THREADS = 2;
  private static final int ROOM = 256;

  /** As {@link dev.rescind.platform.identity.CallerAuthenticator} takes them. */
  record Methods(List<AuthenticationMethod> shown, List<AuthenticationMethod> implied) {}

  /**
   * What the methods are made with.
   *
   * @param listed the private addresses from which keys may come
   * @param endpoint the path of the OAuth endpoint that the service has
   */
  record Parts(
      Vertx vertx,
      PrivateAddresses listed,
      Issuers issuers,
      Replica replica,
      GridOnceOnly once,
      String endpoint) {}

  private final Parts parts;
  private final FairChecks assertionChecks;
  private final FairChecks tokenChecks;
  private ClientSecrets secrets;
  private ClientKeys keys;

  Callers(Parts parts) {
    this.parts = parts;
    assertionChecks = checks("rescind-assertions");
    tokenChecks = checks("rescind-bearer-tokens");
    secrets = new ClientSecrets(parts.vertx(), List.of());
    keys = new ClientKeys(parts.vertx(), List.of(), System::nanoTime, parts.listed());
  }

  private FairChecks checks(String name) {
    return new FairChecks(parts.vertx(), name, THREADS, ROOM, new SecureRandom());
  }

  /** The methods for the identities of a configuration. */
  synchronized Methods methods(ServiceConfig config) {
    List<AuthenticationMethod> shown = new ArrayList<>();
    List<AuthenticationMethod> implied = new ArrayList<>();
    addSecrets(config, shown);
    addAssertions(config, shown);
    addBearers(config, shown);
    addApiKeys(config, shown);
    addSignatures(config, shown);
    addCertificates(config, shown, implied);
    return new Methods(shown, implied);
  }

  private void addSecrets(ServiceConfig config, List<AuthenticationMethod> methods) {
    List<ClientSecrets.Owner> owners = new ArrayList<>();
    for (IdentityConfig identity : config.identities()) {
      if (!identity.hashes().isEmpty()) {
        owners.add(
            new ClientSecrets.Owner(identity.toIdentity(), identity.hashes(), identity.expiries()));
      }
    }
    secrets = secrets.successor(owners);
    if (!owners.isEmpty()) {
      methods.add(secrets);
    }
  }

  private void addAssertions(ServiceConfig config, List<AuthenticationMethod> methods) {
    List<ClientAssertions.Owner> owners = new ArrayList<>();
    for (IdentityConfig identity : config.identities()) {
      AssertionConfig assertion = identity.assertion();
      if (assertion != null) {
        owners.add(
            new ClientAssertions.Owner(
                identity.toIdentity(),
                assertion.client(identity.clientId()),
                assertion.maxLifetime(),
                assertion.legacyAudience()));
      }
    }
    keys = keys.successor(owners.stream().map(ClientAssertions.Owner::keys).toList());
    if (owners.isEmpty()) {
      return;
    }
    methods.add(
        new ClientAssertions(
            assertionChecks,
            owners,
            keys,
            new ClientAssertions.Audience(config.issuer(), endpoints(config)),
            parts.once(),
            InstantSource.system()));
  }

  private void addSignatures(ServiceConfig config, List<AuthenticationMethod> methods) {
    List<RequestSignatures.Owner> owners = new ArrayList<>();
    for (IdentityConfig identity : config.identities()) {
      if (!identity.signatureKeys().isEmpty()) {
        owners.add(new RequestSignatures.Owner(identity.toIdentity(), identity.requestKeys()));
      }
    }
    if (!owners.isEmpty()) {
      methods.add(
          new RequestSignatures(parts.vertx(), owners, parts.once(), InstantSource.system()));
    }
  }

  /** Every URL under which clients may know the service's OAuth endpoint. */
  private List<String> endpoints(ServiceConfig config) {
    List<String> urls = new ArrayList<>();
    urls.add(withoutSlash(config.url()) + parts.endpoint());
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

  private void addBearers(ServiceConfig config, List<AuthenticationMethod> methods) {
    List<BearerTokens.Owner> owners = new ArrayList<>();
    for (IdentityConfig identity : config.identities()) {
      BearerConfig bearer = identity.bearer();
      if (bearer != null) {
        owners.add(
            new BearerTokens.Owner(
                identity.toIdentity(), bearer.iss(), bearer.sub(), bearer.clientId()));
      }
    }
    if (!owners.isEmpty()) {
      methods.add(
          new BearerTokens(
              tokenChecks,
              owners,
              config.issuer(),
              parts.issuers(),
              parts.replica(),
              new BearerTokens.Clocks(InstantSource.system(), System::nanoTime)));
    }
  }

  private static void addApiKeys(ServiceConfig config, List<AuthenticationMethod> methods) {
    List<ApiKeys.Owner> owners = new ArrayList<>();
    for (IdentityConfig identity : config.identities()) {
      if (!identity.apiKeyHashes().isEmpty()) {
        owners.add(new ApiKeys.Owner(identity.toIdentity(), identity.apiKeyDigests()));
      }
    }
    if (!owners.isEmpty()) {
      methods.add(new ApiKeys(owners));
    }
  }

  private void addCertificates(
      ServiceConfig config, List<AuthenticationMethod> shown, List<AuthenticationMethod> implied) {
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
      implied.add(new ClientCertificates(parts.vertx(), owners, forwarded, InstantSource.system()));
    }
  }

  synchronized void close() {
    var unused = keys.close();
  }
}
