package dev.rescind.introspector.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /.well-known/oauth-authorization-server} (RFC 8414 section 3). */
public final class MetadataEndpoint implements Handler<HttpServerRequest> {
  static final String PATH = "/.well-known/oauth-authorization-server";

  private static final List<String> AUTHENTICATION =
      List.of("client_secret_basic", "client_secret_post");

  private final Buffer document;

  /**
   * @param issuer the URL under which clients know this cluster
   * @param revocationEndpoint the publisher's {@code /revoke}; null where it is not told
   */
  public MetadataEndpoint(String issuer, @Nullable String revocationEndpoint) {
    ObjectNode metadata = Json.object();
    metadata.put("issuer", issuer);
    metadata.put(
        "introspection_endpoint",
        (issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer) + "/introspect");
    addAll(metadata.putArray("introspection_endpoint_auth_methods_supported"));
    if (revocationEndpoint != null) {
      metadata.put("revocation_endpoint", revocationEndpoint);
      addAll(metadata.putArray("revocation_endpoint_auth_methods_supported"));
    }
    metadata.putArray("response_types_supported");
    document = Buffer.buffer(Json.write(metadata));
  }

  private static void addAll(ArrayNode methods) {
    AUTHENTICATION.forEach(methods::add);
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!HttpMethod.GET.equals(request.method()) && !HttpMethod.HEAD.equals(request.method())) {
      request.response().setStatusCode(405).putHeader("Allow", "GET, HEAD").end();
      return;
    }
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "max-age=300")
        .end(document);
  }
}
