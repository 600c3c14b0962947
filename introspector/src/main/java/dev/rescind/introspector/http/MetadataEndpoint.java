package dev.rescind.introspector.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.identity.Advertised;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.sign.AnswerEncryption;
import dev.rescind.platform.sign.SigningKeys;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /.well-known/oauth-authorization-server} (RFC 8414 section 3). */
public final class MetadataEndpoint implements Handler<HttpServerRequest> {
  static final String PATH = "/.well-known/oauth-authorization-server";

  /** A document, and what it was made of. */
  private record Made(Advertised authentication, Buffer document) {}

  private final String issuer;
  private final @Nullable String revocationEndpoint;
  private final Supplier<Advertised> authentication;
  private final SigningKeys signing;
  private volatile Made made;

  /**
   * @param issuer the URL under which clients know this cluster
   * @param revocationEndpoint the publisher's {@code /revoke}; null where it is not told
   * @param authentication how callers are known now, of both services
   * @param signing the keys by which answers are signed
   */
  public MetadataEndpoint(
      String issuer,
      @Nullable String revocationEndpoint,
      Supplier<Advertised> authentication,
      SigningKeys signing) {
    this.issuer = issuer;
    this.revocationEndpoint = revocationEndpoint;
    this.authentication = authentication;
    this.signing = signing;
    Advertised present = authentication.get();
    made = new Made(present, document(present));
  }

  private Buffer document() {
    Advertised present = authentication.get();
    Made last = made;
    if (!last.authentication().equals(present)) {
      last = new Made(present, document(present));
      made = last;
    }
    return last.document();
  }

  private Buffer document(Advertised authentication) {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    ObjectNode metadata = Json.object();
    metadata.put("issuer", issuer);
    metadata.put("introspection_endpoint", base + "/introspect");
    List<String> introspection = new ArrayList<>(authentication.methods());
    introspection.addAll(authentication.tokenTypes());
    put(metadata, "introspection_endpoint_auth_methods_supported", introspection);
    put(
        metadata,
        "introspection_endpoint_auth_signing_alg_values_supported",
        authentication.signingAlgs());
    if (!signing.isEmpty()) {
      metadata.put("jwks_uri", base + JwksEndpoint.PATH);
      // RFC 9701 section 7
      put(metadata, "introspection_signing_alg_values_supported", signing.algs());
      put(metadata, "introspection_encryption_alg_values_supported", AnswerEncryption.ALGS);
      put(metadata, "introspection_encryption_enc_values_supported", AnswerEncryption.ENCS);
    }
    if (revocationEndpoint != null) {
      metadata.put("revocation_endpoint", revocationEndpoint);
      put(metadata, "revocation_endpoint_auth_methods_supported", authentication.methods());
      put(
          metadata,
          "revocation_endpoint_auth_signing_alg_values_supported",
          authentication.signingAlgs());
    }
    metadata.putArray("response_types_supported");
    return Buffer.buffer(Json.write(metadata));
  }

  /** RFC 8414 section 3.2: a list of nothing is left out. */
  private static void put(ObjectNode metadata, String name, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(metadata.putArray(name)::add);
    }
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
        .end(document());
  }
}
