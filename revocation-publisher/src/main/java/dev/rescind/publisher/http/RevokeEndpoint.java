package dev.rescind.publisher.http;

import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import dev.rescind.platform.http.OAuthForm;
import dev.rescind.platform.http.OAuthRefusal;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.kafka.LogWriter;
import dev.rescind.publisher.audit.Audit;
import dev.rescind.publisher.revoke.RevocationView;
import dev.rescind.publisher.token.TokenRevocation;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /revoke} (RFC 7009): 200 only when the log has acknowledged the fact, or the token is
 * unknown.
 */
final class RevokeEndpoint implements Handler<HttpServerRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RevokeEndpoint.class);

  private final CallerAuthenticator authenticator;
  private final TokenRevocation tokens;
  private final PositionHeader positions;
  private final LongSupplier position;
  private final Audit audit;

  RevokeEndpoint(
      Exchange.Door door, TokenRevocation tokens, PositionHeader positions, LongSupplier position) {
    this.authenticator = door.authenticator();
    this.audit = door.audit();
    this.tokens = tokens;
    this.positions = positions;
    this.position = position;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String address = String.valueOf(request.remoteAddress().hostAddress());
    AuditEvent event = AuditEvent.of(Action.REVOKE, Outcome.DONE).with("address", address);
    OAuthForm.read(request, authenticator)
        .compose(form -> revoke(form, event))
        .onSuccess(
            at -> request.response().putHeader(PositionHeader.POSITION, positions.of(at)).end())
        .onFailure(
            error -> {
              note(event, error);
              refuse(request, error);
            });
  }

  private void note(AuditEvent event, Throwable error) {
    boolean known = !event.text("actor").isEmpty();
    if (error instanceof OAuthRefusal refusal && refusal.status() < 500) {
      if (known) {
        audit.refused(event, refusal.status());
      } else if (refusal.status() == 401) {
        audit.unknown(event.text("address"), refusal.status());
      }
    } else if (known) {
      audit.failed(event);
    }
  }

  private Future<Long> revoke(OAuthForm form, AuditEvent event) {
    Identity caller = form.caller();
    event.with("actor", caller.clientId());
    if (!caller.may(Right.REVOKE_OWN) && !caller.may(Right.REVOKE_TOKEN)) {
      return Future.failedFuture(OAuthRefusal.insufficientScope(Right.REVOKE_OWN.wireName()));
    }
    String token = form.parameters().get("token");
    if (token == null) {
      return Future.failedFuture(OAuthRefusal.invalidRequest(400, "token is missing"));
    }
    return tokens
        .revoke(token, caller)
        .compose(
            outcome -> {
              if (outcome instanceof TokenRevocation.Outcome.Anothers) {
                return Future.failedFuture(
                    OAuthRefusal.invalidGrant("the token was not issued to this client"));
              }
              if (outcome instanceof TokenRevocation.Outcome.Revoked revoked) {
                event
                    .with("id", revoked.id().toString())
                    .with("target", RevocationView.target(revoked.target()));
                return audit.done(event.with("status", 200)).map(revoked.position());
              }
              return Future.succeededFuture(position.getAsLong());
            });
  }

  private static void refuse(HttpServerRequest request, Throwable error) {
    if (error instanceof OAuthRefusal refusal) {
      refusal.answer(request);
    } else {
      LOG.warn("A revocation failed: {}: {}", error.getClass().getSimpleName(), error.getMessage());
      OAuthRefusal.unavailable(
              error instanceof LogWriter.NotDurableException
                  ? String.valueOf(error.getMessage())
                  : "the revocation is not acknowledged")
          .answer(request);
    }
  }
}
