package dev.rescind.platform.jose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A JWK Set whose URL the issuer's metadata names: OpenID Connect Discovery 1.0 section 4, or else
 * RFC 8414 section 3.
 */
record DiscoveredKeys(BoundedGet http, String iss, boolean allowHttp) implements KeySource {

  @Override
  public Future<List<VerificationKey>> fetch() {
    return jwksUri(openIdUrl())
        .recover(error -> jwksUri(oauthUrl()))
        .compose(uri -> new UrlKeys(http, uri).fetch());
  }

  private Future<String> jwksUri(String metadataUrl) {
    return http.get(metadataUrl).compose(this::jwksUriIn);
  }

  private Future<String> jwksUriIn(byte[] metadata) {
    Optional<ObjectNode> parsed = Json.parseObject(metadata);
    if (parsed.isEmpty()) {
      return Future.failedFuture(new KeyFetchException("metadata is not a JSON object"));
    }
    if (!iss.equals(parsed.get().path("issuer").textValue())) {
      return Future.failedFuture(new KeyFetchException("metadata is of another issuer"));
    }
    String uri = parsed.get().path("jwks_uri").textValue();
    return uri == null || !HttpUrl.isAllowed(uri, allowHttp)
        ? Future.failedFuture(new KeyFetchException("metadata names no jwks_uri to be used"))
        : Future.succeededFuture(uri);
  }

  String openIdUrl() {
    return withoutSlash(iss) + "/.well-known/openid-configuration";
  }

  /** The well-known part goes between host and path. */
  String oauthUrl() {
    URI uri = URI.create(iss);
    return uri.getScheme()
        + "://"
        + uri.getRawAuthority()
        + "/.well-known/oauth-authorization-server"
        + withoutSlash(uri.getRawPath());
  }

  private static String withoutSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
