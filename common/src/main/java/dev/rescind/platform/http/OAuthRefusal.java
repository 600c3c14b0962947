package dev.rescind.platform.http;

import dev.rescind.platform.identity.Authentication;
import dev.rescind.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;

/**
 * Why an OAuth endpoint does not do what was asked: a status, an error object of RFC 6749 section
 * 5.2, and the headers that belong to it. The description never shows what was sent.
 */
public final class OAuthRefusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String error;
  private final transient Map<String, String> headers;

  private OAuthRefusal(int status, String error, String description, Map<String, String> headers) {
    super(description, null, false, false);
    this.status = status;
    this.error = error;
    this.headers = headers;
  }

  public static OAuthRefusal invalidRequest(int status, String description) {
    return new OAuthRefusal(status, "invalid_request", description, Map.of());
  }

  static OAuthRefusal methodNotAllowed() {
    return new OAuthRefusal(405, "invalid_request", "POST only", Map.of("Allow", "POST"));
  }

  /** What an endpoint answers whom it does not know. */
  static OAuthRefusal of(Authentication unknown) {
    if (unknown instanceof Authentication.Refused refused) {
      return new OAuthRefusal(
          refused.status(),
          refused.error(),
          refused.description(),
          refused.challenge().isEmpty()
              ? Map.of()
              : Map.of("WWW-Authenticate", refused.challenge()));
    }
    if (unknown instanceof Authentication.TooMany tooMany) {
      return new OAuthRefusal(
          429,
          "temporarily_unavailable",
          "too many requests",
          Map.of("Retry-After", RetryAfter.after(tooMany.waitNanos())));
    }
    return unavailable(
        unknown instanceof Authentication.Busy busy
            ? busy.description()
            : "who calls cannot be told now");
  }

  /** RFC 7009 section 2.2.1: what was asked for is another client's. */
  public static OAuthRefusal invalidGrant(String description) {
    return new OAuthRefusal(400, "invalid_grant", description, Map.of());
  }

  /** RFC 6750 section 3.1: the caller is known, and may not. */
  public static OAuthRefusal insufficientScope(String right) {
    return new OAuthRefusal(
        403,
        "insufficient_scope",
        "the caller has not the right: " + right,
        Map.of(
            "WWW-Authenticate",
            "Bearer realm=\"rescind\", error=\"insufficient_scope\", scope=\"" + right + "\""));
  }

  /** For now this node cannot say; another may, or this one a little later. */
  public static OAuthRefusal unavailable(String description) {
    return new OAuthRefusal(
        503, "temporarily_unavailable", description, Map.of("Retry-After", RetryAfter.seconds()));
  }

  public int status() {
    return status;
  }

  /** Answers a request with this refusal; one whose body was not read to its end is closed. */
  public void answer(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    headers.forEach(response::putHeader);
    boolean closing = !request.isEnded();
    if (closing) {
      response.putHeader("Connection", "close");
    }
    Future<Void> answered =
        response
            .setStatusCode(status)
            .putHeader("Content-Type", "application/json")
            .end(
                Json.write(
                    Json.object()
                        .put("error", error)
                        .put("error_description", String.valueOf(getMessage()))));
    if (closing) {
      BoundedBody.closeAfter(request, answered);
    }
  }
}
