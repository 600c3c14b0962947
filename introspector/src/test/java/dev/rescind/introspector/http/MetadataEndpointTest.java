package dev.rescind.introspector.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.identity.Advertised;
import dev.rescind.platform.sign.SigningKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** RFC 8414 section 3. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 10, timeUnit = TimeUnit.SECONDS)
class MetadataEndpointTest {
  private static final SigningKeys NONE = new SigningKeys(List.of());
  private static final Advertised NOTHING =
      new Advertised(List.of(), List.of(), List.of(), List.of());

  private static String list(JsonObject document, String name) {
    return document.getJsonArray(name).encode();
  }

  private static Future<HttpClientResponse> ask(
      Vertx vertx, MetadataEndpoint endpoint, HttpMethod method) {
    return vertx
        .createHttpServer()
        .requestHandler(endpoint)
        .listen(0, "127.0.0.1")
        .compose(
            server ->
                vertx
                    .createHttpClient()
                    .request(method, server.actualPort(), "127.0.0.1", MetadataEndpoint.PATH))
        .compose(request -> request.send());
  }

  @Test
  void namesTheEndpoints_andHowToAuthenticateThere(Vertx vertx, VertxTestContext context) {
    MetadataEndpoint metadata =
        new MetadataEndpoint(
            "https://rescind.example/",
            "https://publisher.example/revoke",
            () ->
                new Advertised(
                    List.of("client_secret_basic", "private_key_jwt"),
                    List.of("Bearer"),
                    List.of("ES256"),
                    List.of()),
            NONE);

    ask(vertx, metadata, HttpMethod.GET)
        .compose(HttpClientResponse::body)
        .onComplete(
            context.succeeding(
                body ->
                    context.verify(
                        () -> {
                          JsonObject document = body.toJsonObject();
                          assertThat(document.getString("issuer"))
                              .isEqualTo("https://rescind.example/");
                          assertThat(document.getString("introspection_endpoint"))
                              .isEqualTo("https://rescind.example/introspect");
                          assertThat(document.getString("revocation_endpoint"))
                              .isEqualTo("https://publisher.example/revoke");
                          assertThat(
                                  list(document, "introspection_endpoint_auth_methods_supported"))
                              .isEqualTo(
                                  "[\"client_secret_basic\",\"private_key_jwt\",\"Bearer\"]");
                          assertThat(list(document, "revocation_endpoint_auth_methods_supported"))
                              .isEqualTo("[\"client_secret_basic\",\"private_key_jwt\"]");
                          for (String endpoint : List.of("introspection", "revocation")) {
                            assertThat(
                                    list(
                                        document,
                                        endpoint + "_endpoint_auth_signing_alg_values_supported"))
                                .isEqualTo("[\"ES256\"]");
                          }
                          context.completeNow();
                        })));
  }

  @Test
  void leavesOutWhatItIsNotTold(Vertx vertx, VertxTestContext context) {
    ask(
            vertx,
            new MetadataEndpoint("https://rescind.example", null, () -> NOTHING, NONE),
            HttpMethod.GET)
        .compose(HttpClientResponse::body)
        .onComplete(
            context.succeeding(
                body ->
                    context.verify(
                        () -> {
                          assertThat(body.toJsonObject().fieldNames())
                              .containsExactlyInAnyOrder(
                                  "issuer", "introspection_endpoint", "response_types_supported");
                          context.completeNow();
                        })));
  }

  @Test
  void answers405ToAnythingButReading(Vertx vertx, VertxTestContext context) {
    ask(
            vertx,
            new MetadataEndpoint("https://rescind.example", null, () -> NOTHING, NONE),
            HttpMethod.POST)
        .onComplete(
            context.succeeding(
                response ->
                    context.verify(
                        () -> {
                          assertThat(response.statusCode()).isEqualTo(405);
                          assertThat(response.getHeader("Allow")).isEqualTo("GET, HEAD");
                          context.completeNow();
                        })));
  }
}
