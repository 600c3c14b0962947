package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.http.RetryAfter;
import dev.rescind.platform.identity.Authentication;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.revoke.FieldErrors;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request under {@code /v1} is not done: a problem object of RFC 9457. Nothing in it echoes
 * what was sent.
 */
final class Problem extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String title;
  private final @Nullable String error;
  private final transient List<FieldErrors.FieldError> errors;
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  private Problem(
      int status,
      String title,
      String detail,
      @Nullable String error,
      List<FieldErrors.FieldError> errors) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.error = error;
    this.errors = errors;
  }

  static Problem badRequest(String detail) {
    return new Problem(400, "Bad Request", detail, null, List.of());
  }

  static Problem unprocessable(FieldErrors errors) {
    return unprocessable("some members are not as they must be", errors);
  }

  static Problem unprocessable(String detail, FieldErrors errors) {
    return new Problem(422, "Unprocessable Content", detail, null, errors.list());
  }

  /** What is answered whom this publisher does not know. */
  static Problem of(Authentication unknown) {
    if (unknown instanceof Authentication.Refused refused) {
      Problem problem =
          new Problem(
              refused.status(),
              refused.status() == 401 ? "Unauthorized" : "Bad Request",
              refused.description(),
              refused.error(),
              List.of());
      return refused.challenge().isEmpty()
          ? problem
          : problem.with("WWW-Authenticate", refused.challenge());
    }
    if (unknown instanceof Authentication.TooMany tooMany) {
      return new Problem(429, "Too Many Requests", "too many requests", null, List.of())
          .with("Retry-After", RetryAfter.after(tooMany.waitNanos()));
    }
    return unavailable(
        unknown instanceof Authentication.Busy busy
            ? busy.description()
            : "who calls cannot be told now");
  }

  static Problem forbidden(String right) {
    return new Problem(
        403,
        "Forbidden",
        "the caller has not the right: " + right,
        "insufficient_scope",
        List.of());
  }

  static Problem notFound() {
    return new Problem(404, "Not Found", "there is nothing of that name", null, List.of());
  }

  static Problem methodNotAllowed(String allow) {
    return new Problem(405, "Method Not Allowed", "only " + allow, null, List.of())
        .with("Allow", allow);
  }

  static Problem conflict(String detail) {
    return new Problem(409, "Conflict", detail, null, List.of());
  }

  static Problem tooLarge(int limit) {
    return new Problem(
        413, "Content Too Large", "the body has more than " + limit + " bytes", null, List.of());
  }

  static Problem tooManyLines(int limit) {
    return new Problem(
        413, "Content Too Large", "the body has more than " + limit + " lines", null, List.of());
  }

  static Problem unsupportedType(String accepted) {
    return new Problem(
        415, "Unsupported Media Type", "the body must be " + accepted, null, List.of());
  }

  static Problem unavailable(String detail) {
    return new Problem(503, "Service Unavailable", detail, null, List.of())
        .with("Retry-After", RetryAfter.seconds());
  }

  private Problem with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  int status() {
    return status;
  }

  /** Answers; what is answered already stays as it is. */
  Future<Void> answer(HttpServerResponse response) {
    if (response.ended() || response.closed()) {
      return Future.succeededFuture();
    }
    ObjectNode body = Json.object();
    body.put("type", "about:blank").put("title", title).put("status", status);
    body.put("detail", String.valueOf(getMessage()));
    if (error != null) {
      body.put("error", error);
    }
    if (!errors.isEmpty()) {
      var list = body.putArray("errors");
      for (FieldErrors.FieldError one : errors) {
        list.addObject().put("field", one.field()).put("message", one.message());
      }
    }
    headers.forEach(response::putHeader);
    return response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/problem+json")
        .end(Json.write(body));
  }
}
