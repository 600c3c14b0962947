package dev.rescind.platform.config;

import org.jspecify.annotations.Nullable;

/**
 * What the metadata document (RFC 8414) says.
 *
 * @param issuer the URL under which clients know the cluster; the node's own where none is given
 * @param revocationEndpoint the publisher's {@code /revoke}
 */
public record MetadataConfig(@Nullable String issuer, @Nullable String revocationEndpoint) {
  public MetadataConfig {
    new Check().url("issuer", issuer).url("revocation_endpoint", revocationEndpoint).done();
  }
}
