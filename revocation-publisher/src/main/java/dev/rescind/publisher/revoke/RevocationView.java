package dev.rescind.publisher.revoke;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Revocations as {@code /v1/revocations} shows them. */
public final class RevocationView {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final LongFunction<String> positions;

  /**
   * @param positions the text of a position
   */
  public RevocationView(LongFunction<String> positions) {
    this.positions = positions;
  }

  /** One revocation, and how it was lifted if it was. */
  public ObjectNode of(RevocationRegister.Entry entry) {
    Revocation revocation = entry.revocation();
    ObjectNode object = JSON.objectNode();
    object.put("id", revocation.id().toString());
    object.set("target", target(revocation.target()));
    object.put("issued_before", cutoff(revocation.cutoff()));
    put(object, "until", revocation.until() == null ? null : revocation.until().toString());
    put(object, "reason", revocation.circumstances().reason());
    object.put("actor", revocation.circumstances().actor());
    object.put("accepted_at", revocation.acceptedAt().toString());
    object.put("position", positions.apply(entry.position()));
    if (revocation.target() instanceof Target.Key key && !key.resolved()) {
      object.put("resolved", false);
    }
    if (entry.lifted() != null) {
      object.put("lifted_at", entry.lifted().lift().liftedAt().toString());
    }
    return object;
  }

  /** The answer to a lift: when it took effect, and where it stands in the log. */
  public ObjectNode ofLift(RevocationRegister.Lifted lifted) {
    return JSON.objectNode()
        .put("id", lifted.lift().revocation().toString())
        .put("lifted_at", lifted.lift().liftedAt().toString())
        .put("position", positions.apply(lifted.position()));
  }

  public static ObjectNode of(NodeDirectory.Confirmation confirmation) {
    ObjectNode object = JSON.objectNode().put("complete", confirmation.complete());
    var nodes = object.putArray("nodes");
    for (NodeDirectory.Confirmation.Applied applied : confirmation.nodes()) {
      nodes.addObject().put("node", applied.node()).put("applied_ms", applied.appliedMillis());
    }
    var missing = object.putArray("missing");
    confirmation.missing().forEach(missing::add);
    return object;
  }

  private static String cutoff(Cutoff cutoff) {
    return cutoff.isAlways()
        ? "always"
        : Instant.ofEpochSecond(cutoff.second()).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A target by its members, without what is secret. */
  public static ObjectNode target(Target target) {
    ObjectNode object = JSON.objectNode().put("type", target.type().wireName());
    if (target instanceof Target.Token token) {
      object.put("fingerprint", token.fingerprint().toString());
    } else if (target instanceof Target.TokenId token) {
      object.put("iss", token.iss()).put("jti", token.jti());
    } else if (target instanceof Target.Grant grant) {
      object.put("iss", grant.iss()).put("grant_id", grant.grantId());
    } else if (target instanceof Target.Session session) {
      object.put("iss", session.iss()).put("sid", session.sid());
    } else if (target instanceof Target.Subject subject) {
      object.put("iss", subject.iss()).put("sub", subject.sub());
    } else if (target instanceof Target.Client client) {
      object.put("iss", client.iss()).put("client_id", client.clientId());
    } else if (target instanceof Target.Issuer issuer) {
      object.put("iss", issuer.iss());
    } else if (target instanceof Target.Key key) {
      if (key.iss() != null && key.kid() != null) {
        object.put("iss", key.iss()).put("kid", key.kid());
      } else {
        object.put("jkt", key.jkts().get(0));
      }
    } else if (target instanceof Target.Certificate certificate) {
      object.put("x5t#S256", certificate.x5tS256());
    }
    return object;
  }

  private static void put(ObjectNode object, String name, @Nullable String value) {
    if (value != null) {
      object.put(name, value);
    }
  }
}
