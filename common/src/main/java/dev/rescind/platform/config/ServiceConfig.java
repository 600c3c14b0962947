package dev.rescind.platform.config;

import dev.rescind.platform.jose.IssuerConfig;
import java.util.List;

/** The configuration of a service; both services know all sections, each uses what it needs. */
public record ServiceConfig(
    NodeConfig node,
    ListenConfig http,
    ListenConfig management,
    KafkaConfig kafka,
    LogKeysConfig logKeys,
    GridConfig grid,
    FreshnessConfig freshness,
    MetadataConfig metadata,
    List<IssuerConfig> issuers,
    List<IdentityConfig> identities) {

  public ServiceConfig {
    issuers = List.copyOf(issuers);
    identities = List.copyOf(identities);
  }

  /** The same, with a service's own ports where none were given. */
  ServiceConfig withPorts(int httpPort, int managementPort) {
    return new ServiceConfig(
        node,
        new ListenConfig(http.host(), http.portOr(httpPort)),
        new ListenConfig(management.host(), management.portOr(managementPort)),
        kafka,
        logKeys,
        grid,
        freshness,
        metadata,
        issuers,
        identities);
  }

  /** The URL under which others reach this node. */
  public String url() {
    String url = node.url();
    return url == null ? "http://" + http.host() + ":" + http.portOr(0) : url;
  }
}
