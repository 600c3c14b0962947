package dev.rescind.platform.config;

import dev.rescind.platform.jose.IssuerConfig;
import dev.rescind.platform.jose.PrivateAddresses;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a service; both services know all sections, each uses what it needs.
 *
 * @param profile {@code production}, or {@code development} for what is for trying alone
 */
public record ServiceConfig(
    @Default("production") String profile,
    NodeConfig node,
    HttpConfig http,
    ListenConfig management,
    KafkaConfig kafka,
    LogKeysConfig logKeys,
    GridConfig grid,
    FreshnessConfig freshness,
    IndexConfig index,
    MetadataConfig metadata,
    AnswersConfig answers,
    SweepConfig sweep,
    ApprovalsConfig approvals,
    ReloadConfig reload,
    ThrottleConfig throttle,
    ScanConfig scan,
    OutboundConfig outbound,
    ApiKeysConfig apiKeys,
    List<IssuerConfig> issuers,
    List<IdentityConfig> identities) {
  private static final String PRIVATE =
      "points to a private address, which outbound.private_addresses does not list";

  public ServiceConfig {
    Check check =
        new Check()
            .that(
                profile.equals("production") || profile.equals("development"),
                "profile",
                "must be production or development")
            .unique("issuers", "iss", issuers.stream().map(IssuerConfig::iss).toList())
            .unique(
                "identities",
                "client_id",
                identities.stream().map(IdentityConfig::clientId).toList());
    Set<String> keyids = new HashSet<>();
    for (int i = 0; i < identities.size(); i++) {
      List<SignatureKeyConfig> keys = identities.get(i).signatureKeys();
      for (int j = 0; j < keys.size(); j++) {
        check.that(
            keyids.add(keys.get(j).keyid()),
            "identities[" + i + "].signature_keys[" + j + "].keyid",
            "is that of another key too");
      }
    }
    for (int i = 0; i < issuers.size(); i++) {
      check.that(
          isVaried(issuers.get(i).keys().hmacSecret()),
          "issuers[" + i + "].keys.hmac_secret",
          "must be random, not one byte over and over");
      check(check, outbound.listed(), issuers.get(i), "issuers[" + i + "].");
    }
    List<String> names = issuers.stream().map(IssuerConfig::iss).toList();
    for (int i = 0; i < identities.size(); i++) {
      BearerConfig bearer = identities.get(i).bearer();
      check.that(
          bearer == null || names.contains(bearer.iss()),
          "identities[" + i + "].bearer.iss",
          "must be among issuers");
      AssertionConfig assertion = identities.get(i).assertion();
      String keys = assertion == null ? null : assertion.jwksUri();
      check.that(
          keys == null || outbound.listed().mayPermit(URI.create(keys).getHost()),
          "identities[" + i + "].assertion.jwks_uri",
          PRIVATE);
    }
    check
        .that(
            metadata.issuer() != null
                || identities.stream()
                    .allMatch(one -> one.assertion() == null && one.bearer() == null),
            "metadata.issuer",
            "must be given where identities have assertion or bearer: it is the audience")
        .that(
            http.port() == null || !http.port().equals(management.port()),
            "management.port",
            "must not be http.port")
        .done();
    issuers = List.copyOf(issuers);
    identities = List.copyOf(identities);
  }

  private static void check(Check check, PrivateAddresses listed, IssuerConfig issuer, String at) {
    String keys = issuer.keys().jwksUri();
    check
        .that(
            keys == null || listed.mayPermit(URI.create(keys).getHost()),
            at + "keys.jwks_uri",
            PRIVATE)
        .that(
            !issuer.keys().discovery() || listed.mayPermit(URI.create(issuer.iss()).getHost()),
            at + "iss",
            PRIVATE)
        .that(
            issuer.accept().typ().stream().noneMatch(IssuerConfig.Accept::isNeverAccess),
            at + "accept.typ",
            "holds what is no access token: an ID token's, event's, answer's, proof's or"
                + " assertion's type");
  }

  private static boolean isVaried(@Nullable String secret) {
    return secret == null || Secret.isVaried(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether others rely on the service. */
  public boolean isForProduction() {
    return profile.equals("production");
  }

  /** The same, with a service's own ports where none were given. */
  ServiceConfig withPorts(int httpPort, int managementPort) {
    return new ServiceConfig(
        profile,
        node,
        http.withPort(httpPort),
        management.withPort(managementPort),
        kafka,
        logKeys,
        grid,
        freshness,
        index,
        metadata,
        answers,
        sweep,
        approvals,
        reload,
        throttle,
        scan,
        outbound,
        apiKeys,
        issuers,
        identities);
  }

  /** The same, with the issuers and identities of another. */
  public ServiceConfig withCallersOf(ServiceConfig other) {
    return new ServiceConfig(
        profile,
        node,
        http,
        management,
        kafka,
        logKeys,
        grid,
        freshness,
        index,
        metadata,
        answers,
        sweep,
        approvals,
        reload,
        throttle,
        scan,
        outbound,
        apiKeys,
        other.issuers,
        other.identities);
  }

  /** The URL under which clients know the cluster (RFC 8414). */
  public String issuer() {
    String issuer = metadata.issuer();
    return issuer == null ? url() : issuer;
  }

  /** The names of the sections that are others there, but identities and issuers. */
  public List<String> sectionsOtherThan(ServiceConfig other) {
    return ConfigLoader.ROOT.keys().stream()
        .filter(key -> !key.name().equals("issuers") && !key.name().equals("identities"))
        .filter(key -> !Objects.equals(key.read(this), key.read(other)))
        .map(Shape.Key::name)
        .toList();
  }

  /** The URL under which others reach this node. */
  public String url() {
    String url = node.url();
    if (url != null) {
      return url;
    }
    String host = ListenConfig.isWildcard(http.host()) ? NodeConfig.hostName() : http.host();
    String literal = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return (http.tls() == null ? "http://" : "https://") + literal + ":" + http.portOr(0);
  }
}
