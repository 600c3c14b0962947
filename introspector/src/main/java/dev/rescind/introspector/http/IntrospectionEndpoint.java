package dev.rescind.introspector.http;

import dev.rescind.freshness.NodeState;
import dev.rescind.introspector.decide.Verdict;
import dev.rescind.introspector.decide.Viewer;
import dev.rescind.introspector.resolve.Introspection;
import dev.rescind.platform.http.OAuthForm;
import dev.rescind.platform.http.OAuthRefusal;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.kafka.LogFeed;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /introspect} (RFC 7662). All inactive answers have the same bytes and the same
 * headers; a node that is not serving answers 503, whatever the credential.
 */
public final class IntrospectionEndpoint implements Handler<HttpServerRequest> {
  /** How long a request waits for the position that it asks for. */
  static final Duration AT_LEAST_WAIT = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(IntrospectionEndpoint.class);
  private static final byte[] INACTIVE = "{\"active\":false}".getBytes(StandardCharsets.UTF_8);

  private final CallerAuthenticator authenticator;
  private final Introspection introspection;
  private final NodeView node;
  private final PositionHeader positions;
  private final IntrospectionMetrics metrics;

  /** What the endpoint knows of its node. */
  public interface NodeView {
    NodeState state();

    long position();

    long stalenessMillis();

    LogFeed feed();
  }

  public IntrospectionEndpoint(
      CallerAuthenticator authenticator,
      Introspection introspection,
      NodeView node,
      PositionHeader positions,
      IntrospectionMetrics metrics) {
    this.authenticator = authenticator;
    this.introspection = introspection;
    this.node = node;
    this.positions = positions;
    this.metrics = metrics;
  }

  private record Question(String token, Viewer viewer) {}

  @Override
  public void handle(HttpServerRequest request) {
    OAuthForm.read(request, authenticator)
        .compose(form -> question(form, request.headers().getAll(PositionHeader.AT_LEAST)))
        .onSuccess(question -> answer(request, question))
        .onFailure(error -> refuse(request, error));
  }

  private Future<Question> question(OAuthForm form, List<String> atLeast) {
    Identity caller = form.caller();
    if (!caller.may(Right.INTROSPECT)) {
      return Future.failedFuture(OAuthRefusal.insufficientScope(Right.INTROSPECT.wireName()));
    }
    String token = form.parameters().get("token");
    if (token == null) {
      return Future.failedFuture(OAuthRefusal.invalidRequest(400, "token is missing"));
    }
    Question question =
        new Question(
            token,
            new Viewer(
                caller.clientId(),
                caller.limits().audiences(),
                caller.limits().issuers(),
                caller.may(Right.REGISTER)));
    if (atLeast.isEmpty()) {
      return Future.succeededFuture(question);
    }
    Optional<Long> position =
        atLeast.size() == 1 ? positions.parse(atLeast.get(0)) : Optional.empty();
    return position.isEmpty()
        ? Future.failedFuture(
            OAuthRefusal.invalidRequest(
                400, PositionHeader.AT_LEAST + " is not one position of this log"))
        : node.feed()
            .await(position.get(), AT_LEAST_WAIT)
            .map(question)
            .recover(
                error ->
                    Future.failedFuture(
                        OAuthRefusal.unavailable("this node has not come to that position yet")));
  }

  private void answer(HttpServerRequest request, Question question) {
    if (node.state() != NodeState.SERVING) {
      metrics.undecided("state");
      OAuthRefusal.unavailable("this node is not serving").answer(request);
      return;
    }
    introspection
        .introspect(question.token(), question.viewer())
        .onSuccess(verdict -> answer(request, verdict))
        .onFailure(error -> refuse(request, error));
  }

  private void answer(HttpServerRequest request, Verdict verdict) {
    metrics.answered(verdict);
    if (verdict instanceof Verdict.Active active) {
      send(request, Buffer.buffer(active.known().answer()));
    } else if (verdict instanceof Verdict.Inactive) {
      send(request, Buffer.buffer(INACTIVE));
    } else {
      OAuthRefusal.unavailable("this node cannot tell now").answer(request);
    }
  }

  private void send(HttpServerRequest request, Buffer body) {
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .putHeader(PositionHeader.POSITION, positions.of(node.position()))
        .putHeader(PositionHeader.STALENESS, Long.toString(node.stalenessMillis()))
        .end(body);
  }

  private void refuse(HttpServerRequest request, Throwable error) {
    if (error instanceof OAuthRefusal refusal) {
      if (refusal.status() == 503) {
        metrics.undecided("refused");
      } else {
        metrics.refused(refusal.status());
      }
      refusal.answer(request);
    } else {
      LOG.error("An introspection failed", error);
      metrics.undecided("error");
      OAuthRefusal.unavailable("this node cannot tell now").answer(request);
    }
  }
}
