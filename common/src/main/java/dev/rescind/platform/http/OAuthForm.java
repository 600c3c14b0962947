package dev.rescind.platform.http;

import dev.rescind.platform.identity.Authentication;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.Evidence;
import dev.rescind.platform.identity.Identity;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * A request of an OAuth endpoint that takes a form (RFC 7662 section 2.1, RFC 7009 section 2.1),
 * well-formed and of a known caller.
 */
public record OAuthForm(FormBody parameters, Identity caller) {
  /** No body is larger than this, in bytes. */
  public static final int MAX_BODY = 64 * 1024;

  /** Reads a request; fails with an {@link OAuthRefusal}. */
  public static Future<OAuthForm> read(
      HttpServerRequest request, CallerAuthenticator authenticator) {
    if (!HttpMethod.POST.equals(request.method())) {
      BoundedBody.discard(request);
      return Future.failedFuture(OAuthRefusal.methodNotAllowed());
    }
    if (!FormBody.isForm(request.getHeader("Content-Type"))) {
      BoundedBody.discard(request);
      return Future.failedFuture(
          OAuthRefusal.invalidRequest(
              415, "the body must be application/x-www-form-urlencoded in UTF-8"));
    }
    for (String name : List.of("Authorization", "Content-Type")) {
      if (request.headers().getAll(name).size() > 1) {
        BoundedBody.discard(request);
        return Future.failedFuture(
            OAuthRefusal.invalidRequest(400, "the header " + name + " is there twice"));
      }
    }
    return BoundedBody.read(request, MAX_BODY)
        .recover(
            error ->
                Future.failedFuture(
                    error instanceof BoundedBody.TooLargeException
                        ? OAuthRefusal.invalidRequest(
                            413, "the body has more than " + MAX_BODY + " bytes")
                        : OAuthRefusal.invalidRequest(400, "the body ended early")))
        .compose(
            body -> {
              FormBody form = FormBody.parse(body.getBytes());
              return form == null
                  ? Future.failedFuture(
                      OAuthRefusal.invalidRequest(
                          400,
                          "the form is broken, has a parameter twice, or more than "
                              + FormBody.MAX_PARAMETERS))
                  : authenticate(form, RequestEvidence.ofForm(request, form, body), authenticator);
            });
  }

  private static Future<OAuthForm> authenticate(
      FormBody form, Evidence evidence, CallerAuthenticator authenticator) {
    return authenticator
        .authenticate(evidence)
        .compose(
            outcome ->
                outcome instanceof Authentication.Known known
                    ? Future.succeededFuture(new OAuthForm(form, known.identity()))
                    : Future.failedFuture(OAuthRefusal.of(outcome)));
  }
}
