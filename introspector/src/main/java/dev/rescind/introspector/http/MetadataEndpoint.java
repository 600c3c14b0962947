package dev.rescind.introspector.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.sign.AnswerEncryption;
import dev.rescind.platform.sign.SigningKeys;
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
   * @param signing the keys by which answers are signed
   */
  public MetadataEndpoint(
      String issuer, @Nullable String revocationEndpoint, SigningKeys signing) {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    ObjectNode metadata = Json.object();
    metadata.put("issuer", issuer);
    metadata.put("introspection_endpoint", base + "/introspect");
    addAll(metadata.putArray("introspection_endpoint_auth_methods_supported"), AUTHENTICATION);
    if (!signing.isEmpty()) {
      metadata.put("jwks_uri", base + JwksEndpoint.PATH);
      // RFC 9701 section 7
      addAll(metadata.putArray("introspection_signing_alg_values_supported"), signing.algs());
      addAll(
          metadata.putArray("introspection_encryption_alg_values_supported"),
          AnswerEncryption.ALGS);
      addAll(
          metadata.putArray("introspection_encryption_enc_values_supported"),
          AnswerEncryption.ENCS);
    }
    if (revocationEndpoint != null) {
      metadata.put("revocation_endpoint", revocationEndpoint);
      addAll(metadata.putArray("revocation_endpoint_auth_methods_supported"), AUTHENTICATION);
    }
    metadata.putArray("response_types_supported");
    document = Buffer.buffer(Json.write(metadata));
  }

  private static void addAll(ArrayNode array, List<String> values) {
    values.forEach(array::add);
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
