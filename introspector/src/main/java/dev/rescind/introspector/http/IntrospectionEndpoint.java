package dev.rescind.introspector.http;

import dev.rescind.freshness.NodeState;
import dev.rescind.introspector.decide.Verdict;
import dev.rescind.introspector.decide.Viewer;
import dev.rescind.introspector.disclose.Disclosure;
import dev.rescind.introspector.possession.Proofs;
import dev.rescind.introspector.resolve.Introspection;
import dev.rescind.introspector.scan.ScanWatch;
import dev.rescind.platform.http.FormBody;
import dev.rescind.platform.http.OAuthForm;
import dev.rescind.platform.http.OAuthRefusal;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.identity.StalePolicy;
import dev.rescind.platform.kafka.LogFeed;
import dev.rescind.platform.sign.AnswerSigner;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /introspect} (RFC 7662). All inactive answers have the same bytes and the same
 * headers; a node that is not serving answers 503, whatever the credential, but to callers who take
 * stale answers from one that is too old and nothing else.
 */
public final class IntrospectionEndpoint implements Handler<HttpServerRequest> {
  /** Says of an answer that the node is stale, and by how many milliseconds: who takes that. */
  static final String STALE = "Rescind-Stale";

  /** How long a request waits for the position that it asks for. */
  static final Duration AT_LEAST_WAIT = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(IntrospectionEndpoint.class);
  private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("Content-Type");
  private static final byte[] INACTIVE = "{\"active\":false}".getBytes(StandardCharsets.UTF_8);

  private final CallerAuthenticator authenticator;
  private final Introspection introspection;
  private final NodeView node;
  private final PositionHeader positions;
  private final Answers answers;
  private final ScanWatch scans;
  private final IntrospectionMetrics metrics;

  /** How what was found is narrowed and told. */
  public record Answers(Proofs proofs, Disclosure disclosure, SignedAnswers signed) {}

  /** Who takes note of what was answered. */
  public record Counts(IntrospectionMetrics metrics, ScanWatch scans) {}

  /** What the endpoint knows of its node. */
  public interface NodeView {
    NodeState state();

    /** Whether the node is stale, and by age alone. */
    boolean isMerelyOld();

    long position();

    long stalenessMillis();

    LogFeed feed();
  }

  public IntrospectionEndpoint(
      CallerAuthenticator authenticator,
      Introspection introspection,
      NodeView node,
      PositionHeader positions,
      Answers answers,
      Counts counts) {
    this.authenticator = authenticator;
    this.introspection = introspection;
    this.node = node;
    this.positions = positions;
    this.answers = answers;
    this.scans = counts.scans();
    this.metrics = counts.metrics();
  }

  /**
   * @param shown the form, where it shows what its client holds
   */
  private record Question(String token, Viewer viewer, Identity caller, @Nullable FormBody shown) {}

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
                caller.may(Right.REGISTER),
                caller.stalePolicy() == StalePolicy.SERVE),
            caller,
            Proofs.areIn(form.parameters()) ? form.parameters() : null);
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
    boolean answers =
        node.state() == NodeState.SERVING || (question.viewer().takesStale() && node.isMerelyOld());
    if (!answers) {
      metrics.undecided("state");
      answer(request, OAuthRefusal.unavailable("this node is not serving"));
      return;
    }
    found(question)
        .onSuccess(verdict -> answer(request, question.caller(), verdict))
        .onFailure(error -> refuse(request, error));
  }

  private Future<Verdict> found(Question question) {
    FormBody shown = question.shown();
    return shown == null
        ? introspection.introspect(question.token(), question.viewer())
        : answers
            .proofs()
            .of(shown, question.token())
            .compose(
                possession ->
                    introspection
                        .introspect(question.token(), question.viewer())
                        .map(possession::narrow));
  }

  private void answer(HttpServerRequest request, Identity caller, Verdict verdict) {
    scans.answered(caller.clientId(), isOfNoToken(verdict));
    if (verdict.found() instanceof Verdict.Active active) {
      send(request, caller, verdict, answers.disclosure().of(active.known(), caller.answers()));
    } else if (verdict.found() instanceof Verdict.Inactive) {
      send(request, caller, verdict, INACTIVE);
    } else {
      metrics.answered(verdict);
      answer(request, OAuthRefusal.unavailable("this node cannot tell now"));
    }
  }

  /** Whether there is no such token, as far as is known, and never was. */
  private static boolean isOfNoToken(Verdict verdict) {
    return verdict.found() instanceof Verdict.Inactive inactive
        && (inactive.cause() == Verdict.Cause.MALFORMED
            || inactive.cause() == Verdict.Cause.UNKNOWN
            || inactive.cause() == Verdict.Cause.INVALID);
  }

  private void send(HttpServerRequest request, Identity caller, Verdict verdict, byte[] body) {
    if (!isJwtWanted(request)) {
      metrics.answered(verdict);
      head(request, "application/json", verdict).end(Buffer.buffer(body));
      return;
    }
    // The head says where the node was when it decided, not when the answer is signed.
    HttpServerResponse response = head(request, AnswerSigner.MEDIA_TYPE, verdict);
    answers
        .signed()
        .sign(body, caller)
        .onSuccess(
            jwt -> {
              metrics.answered(verdict);
              if (!response.closed()) {
                response.end(jwt);
              }
            })
        .onFailure(
            error -> {
              response.headers().remove(PositionHeader.POSITION).remove(STALE);
              refuse(request, error);
            });
  }

  private boolean isJwtWanted(HttpServerRequest request) {
    return answers.signed().areMade() && AcceptHeader.wantsJwt(request.headers().getAll("Accept"));
  }

  private HttpServerResponse head(HttpServerRequest request, String type, Verdict verdict) {
    HttpServerResponse response =
        request
            .response()
            .putHeader(CONTENT_TYPE, type)
            .putHeader(PositionHeader.POSITION, positions.of(node.position()));
    putStaleness(response);
    if (verdict instanceof Verdict.Stale stale) {
      response.putHeader(STALE, Long.toString(stale.stalenessMillis()));
    }
    return response;
  }

  private void answer(HttpServerRequest request, OAuthRefusal refusal) {
    putStaleness(request.response());
    refusal.answer(request);
  }

  private void putStaleness(HttpServerResponse response) {
    long staleness = node.stalenessMillis();
    if (staleness != Long.MAX_VALUE) {
      response.putHeader(PositionHeader.STALENESS, Long.toString(staleness));
    }
  }

  private void refuse(HttpServerRequest request, Throwable error) {
    if (error instanceof OAuthRefusal given) {
      OAuthRefusal refusal = withoutChallenge(request, given);
      if (refusal.status() == 503) {
        metrics.undecided("refused");
      } else {
        metrics.refused(refusal.status());
      }
      answer(request, refusal);
    } else {
      LOG.error("An introspection failed", error);
      metrics.undecided("error");
      answer(request, OAuthRefusal.unavailable("this node cannot tell now"));
    }
  }

  /**
   * RFC 9701 section 5: who asks for a JWT and does not authenticate gets 400; who tried to by
   * {@code Authorization}, 401 (RFC 6749 section 5.2).
   */
  private OAuthRefusal withoutChallenge(HttpServerRequest request, OAuthRefusal refusal) {
    return refusal.status() == 401
            && request.getHeader("Authorization") == null
            && isJwtWanted(request)
        ? OAuthRefusal.invalidRequest(400, "who asks for a signed answer must authenticate")
        : refusal;
  }
}
