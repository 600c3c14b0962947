package dev.rescind.standalone;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.standalone.mint.IssuerKeys;
import dev.rescind.standalone.mint.MintSpec;
import dev.rescind.standalone.mint.TokenMint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * An authorization server's public face on 127.0.0.1: its metadata (RFC 8414, OpenID Connect
 * Discovery) and keys, and {@code POST /mint}, which signs whatever who knows the secret asks for.
 *
 * <p>{@code /mint} takes a {@linkplain MintSpec spec} a line and answers one line of JSON a token;
 * 401 without the secret, 400 with {@code line} and {@code error} for a spec that is not one.
 */
final class DemoIssuer {
  private static final long MAX_BODY = 8L << 20;

  /** In one request. */
  static final int MAX_TOKENS = 1_000;

  private final Vertx vertx;
  private final int port;
  private final byte[] mintAuthorization;
  private final TokenMint mint;
  private final String jwks;
  private final String metadata;

  DemoIssuer(Vertx vertx, int port, IssuerKeys keys, String audience, String mintSecret) {
    this.vertx = vertx;
    this.port = port;
    this.mintAuthorization = ("Bearer " + mintSecret).getBytes(StandardCharsets.UTF_8);
    String iss = iss(port);
    this.mint = new TokenMint(keys, iss, audience, InstantSource.system());
    this.jwks = keys.toPublicJson();
    ObjectNode document = Json.object();
    document.put("issuer", iss);
    document.put("jwks_uri", jwksUri(port));
    document.putArray("response_types_supported").add("none");
    document
        .putArray("id_token_signing_alg_values_supported")
        .add("RS256")
        .add("ES256")
        .add("EdDSA");
    document.putArray("subject_types_supported").add("public");
    this.metadata = Json.write(document);
  }

  static String iss(int port) {
    return Ports.url(port);
  }

  static String jwksUri(int port) {
    return iss(port) + "/jwks.json";
  }

  Future<HttpServer> start() {
    return vertx.createHttpServer().requestHandler(this::route).listen(port, Ports.HOST);
  }

  private void route(HttpServerRequest request) {
    switch (request.path()) {
      case "/jwks.json" -> document(request, jwks);
      case "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server" ->
          document(request, metadata);
      case "/mint" -> mint(request);
      default -> end(request, 404);
    }
  }

  private static void document(HttpServerRequest request, String json) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      request.response().putHeader("Allow", "GET, HEAD");
      end(request, 405);
      return;
    }
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "max-age=60")
        .end(json);
  }

  private void mint(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      request.response().putHeader("Allow", "POST");
      end(request, 405);
      return;
    }
    String authorization = request.getHeader("Authorization");
    if (authorization == null
        || !MessageDigest.isEqual(
            authorization.getBytes(StandardCharsets.UTF_8), mintAuthorization)) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      end(request, 401);
      return;
    }
    if (contentLength(request) > MAX_BODY) {
      end(request, 413);
      return;
    }
    request
        .body()
        .compose(body -> vertx.executeBlocking(() -> mint(body), false))
        .onSuccess(
            answer ->
                request
                    .response()
                    .setStatusCode(answer.status())
                    .putHeader("Content-Type", answer.type())
                    .putHeader("Cache-Control", "no-store")
                    .end(answer.body()))
        .onFailure(failure -> end(request, 500));
  }

  private record Answer(int status, String type, String body) {
    static Answer refused(int line, String error) {
      ObjectNode body = Json.object().put("line", line).put("error", error);
      return new Answer(400, "application/json", Json.write(body));
    }
  }

  private Answer mint(Buffer body) {
    List<MintSpec> specs = new ArrayList<>();
    long tokens = 0;
    for (String line : body.toString(StandardCharsets.UTF_8).lines().toList()) {
      try {
        MintSpec spec = MintSpec.parse(line);
        specs.add(spec);
        tokens += spec.count();
      } catch (MintSpec.InvalidSpec e) {
        return Answer.refused(specs.size() + 1, String.valueOf(e.getMessage()));
      }
      if (tokens > MAX_TOKENS) {
        return Answer.refused(specs.size(), "more than " + MAX_TOKENS + " tokens at once");
      }
    }
    StringBuilder lines = new StringBuilder();
    for (MintSpec spec : specs) {
      for (int i = 0; i < spec.count(); i++) {
        lines.append(Json.write(mint.mint(spec))).append('\n');
      }
    }
    return new Answer(200, "application/x-ndjson", lines.toString());
  }

  /** An absent or strange length counts as too much. */
  private static long contentLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length != null && length.matches("[0-9]{1,9}") ? Long.parseLong(length) : Long.MAX_VALUE;
  }

  private static void end(HttpServerRequest request, int status) {
    request.response().setStatusCode(status).end();
  }
}
