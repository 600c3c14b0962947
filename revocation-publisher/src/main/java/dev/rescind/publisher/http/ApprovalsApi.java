package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.approve.Approval;
import dev.rescind.publisher.approve.Approvals;
import dev.rescind.publisher.revoke.FieldErrors;
import dev.rescind.publisher.revoke.Members;
import dev.rescind.publisher.revoke.RevocationRequest;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/approvals}: revocations that wait for a second identity. Who may make such a
 * revocation itself may approve another's.
 */
final class ApprovalsApi {
  private static final int MAX_SHOWN = 1_000;

  private final Approvals approvals;
  private final RevocationsApi revocations;
  private final InstantSource clock;
  private final Supplier<String> position;

  /**
   * @param clock by which a cutoff of now is taken
   * @param position for the answers' headers
   */
  ApprovalsApi(
      Approvals approvals,
      RevocationsApi revocations,
      InstantSource clock,
      Supplier<String> position) {
    this.approvals = approvals;
    this.revocations = revocations;
    this.clock = clock;
    this.position = position;
  }

  /** {@code GET /v1/approvals}: what waits. */
  Future<Void> list(Exchange exchange) throws Problem {
    FieldErrors errors = new FieldErrors();
    exchange.query(Set.of(), errors);
    if (!errors.isEmpty()) {
      throw Problem.unprocessable(errors);
    }
    boolean any =
        exchange.caller().may(Right.READ)
            || Arrays.stream(Target.Type.values())
                .anyMatch(type -> exchange.caller().may(Right.toRevoke(type.wireName())));
    if (!any) {
      throw Problem.forbidden(Right.READ.wireName());
    }
    Instant now = approvals.now();
    ObjectNode answer = Json.object();
    var items = answer.putArray("items");
    approvals.register().list().stream()
        .filter(one -> one.state(now) == Approval.State.PENDING)
        .filter(one -> isVisible(exchange.caller(), one))
        .limit(MAX_SHOWN)
        .forEach(one -> items.add(view(one, now)));
    return exchange.answer(200, position.get(), answer);
  }

  /** {@code GET /v1/approvals/{id}}. */
  Future<Void> show(Exchange exchange) throws Problem {
    return exchange.answer(200, position.get(), view(found(exchange), approvals.now()));
  }

  /** {@code POST /v1/approvals/{id}}. */
  Future<Void> decide(Exchange exchange) throws Problem {
    ObjectNode body = exchange.json();
    FieldErrors errors = new FieldErrors();
    Members members = new Members(body, "", errors);
    members.allow(Set.of("decision", "reason"));
    String decision = members.requiredText("decision");
    String reason = members.text("reason");
    boolean approve = "approve".equals(decision);
    if (decision != null && !approve && !"reject".equals(decision)) {
      members.error("decision", "must be approve or reject");
    }
    if (!errors.isEmpty()) {
      throw Problem.unprocessable(errors);
    }
    exchange.event().with("reason", reason).with("id", id(exchange).toString());
    Approval approval = found(exchange);
    RevocationRequest request = RevocationRequest.parse(approval.order(), clock.instant(), errors);
    if (request == null) {
      throw Problem.unprocessable(errors);
    }
    exchange.event().with("target", targetOf(approval));
    exchange.require(Right.toRevoke(request.target().type().wireName()));
    if (exchange.clientId().equals(approval.requestedBy())) {
      throw Problem.conflict("whoever asked for it cannot decide: it takes a second identity");
    }
    return revocations
        .reached(exchange, request.target(), approval.order())
        .compose(reached -> decided(exchange, approval, approve))
        .compose(
            now -> {
              try {
                return approve
                    ? revocations.approved(exchange, now, request)
                    : exchange.audited().answer(200, position.get(), view(now, approvals.now()));
              } catch (Problem problem) {
                return Future.failedFuture(problem);
              }
            });
  }

  /** The approval as this caller has decided it, now or before. */
  private Future<Approval> decided(Exchange exchange, Approval approval, boolean approve) {
    Future<Optional<Approval>> after =
        approval.state(approvals.now()) == Approval.State.PENDING
            ? approvals.decide(approval, exchange.event(), approve)
            : Future.succeededFuture(Optional.of(approval));
    return after.compose(
        now -> {
          Approval.Decision decision = now.map(Approval::decision).orElse(null);
          return now.isPresent()
                  && decision != null
                  && decision.approved() == approve
                  && decision.by().equals(exchange.clientId())
              ? Future.succeededFuture(now.get())
              : Future.failedFuture(
                  Problem.conflict("it was decided by another identity already, or has expired"));
        });
  }

  private Approval found(Exchange exchange) throws Problem {
    return approvals
        .register()
        .find(id(exchange))
        .filter(one -> isVisible(exchange.caller(), one))
        .orElseThrow(Problem::notFound);
  }

  private static boolean isVisible(Identity caller, Approval approval) {
    if (caller.clientId().equals(approval.requestedBy())) {
      return true;
    }
    ObjectNode target = targetOf(approval);
    Target.Type type = Target.parseType(target.path("type").asText());
    String iss = target.path("iss").isTextual() ? target.path("iss").textValue() : null;
    return type != null
        && caller.reaches(iss)
        && (caller.may(Right.READ) || caller.may(Right.toRevoke(type.wireName())));
  }

  private static ObjectNode targetOf(Approval approval) {
    return approval.order().get("target") instanceof ObjectNode target ? target : Json.object();
  }

  private static ObjectNode view(Approval approval, Instant now) {
    ObjectNode view =
        Json.object()
            .put("id", approval.id().toString())
            .put("state", approval.state(now).wireName())
            .put("requested_by", approval.requestedBy())
            .put("requested_at", approval.requestedAt().toString())
            .put("expires_at", approval.expiresAt().toString());
    view.set("revocation", approval.order());
    Approval.@Nullable Decision decision = approval.decision();
    if (decision != null) {
      view.put("decided_by", decision.by()).put("decided_at", decision.at().toString());
    }
    return view;
  }

  private static UUID id(Exchange exchange) throws Problem {
    return RevocationsApi.id(exchange);
  }
}
