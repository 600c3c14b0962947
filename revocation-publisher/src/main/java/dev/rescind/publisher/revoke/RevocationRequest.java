package dev.rescind.publisher.revoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Target;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/revocations}, checked.
 *
 * @param target a key named by {@code iss} and {@code kid} is not resolved yet
 */
public record RevocationRequest(
    Target target, Cutoff cutoff, @Nullable Instant until, @Nullable String reason) {

  private static final long MAX_FUTURE_SECONDS = 60;

  /** Parses a body; null when {@code errors} has been told why not. */
  public static @Nullable RevocationRequest parse(
      ObjectNode body, Instant now, FieldErrors errors) {
    Members members = new Members(body, "", errors);
    members.allow(Set.of("target", "issued_before", "until", "reason"));
    Target target = target(members, errors);
    Cutoff cutoff = cutoff(members, target, now);
    Instant until = members.time("until");
    if (until != null && !until.isAfter(now)) {
      members.error("until", "must be in the future");
    }
    String reason = members.text("reason");
    if (target == null || cutoff == null || !errors.isEmpty()) {
      return null;
    }
    return new RevocationRequest(target, cutoff, until, reason);
  }

  /** The JWT by which a body names its target, if it does. */
  public static Optional<PresentedToken.Jwt> namedJwt(ObjectNode body) {
    return PresentedToken.parse(body.path("target").path("token").asText())
        .filter(PresentedToken.Jwt.class::isInstance)
        .map(PresentedToken.Jwt.class::cast);
  }

  private static @Nullable Cutoff cutoff(Members members, @Nullable Target target, Instant now) {
    JsonNode node = members.node("issued_before");
    if (node == null) {
      return target != null && target.type().alwaysByDefault() ? Cutoff.ALWAYS : roundedUp(now);
    }
    if (node.isTextual() && node.textValue().equals("always")) {
      return Cutoff.ALWAYS;
    }
    Instant time = Members.parseTime(node);
    if (time == null) {
      members.error(
          "issued_before",
          "must be a time (seconds since 1970 as an integer, or RFC 3339) or \"always\"");
      return null;
    }
    if (time.isAfter(now.plusSeconds(MAX_FUTURE_SECONDS))) {
      members.error(
          "issued_before", "must not be more than " + MAX_FUTURE_SECONDS + " s in the future");
      return null;
    }
    return new Cutoff(time.getEpochSecond());
  }

  /** The moment of acceptance, rounded up to the whole second. */
  static Cutoff roundedUp(Instant now) {
    return new Cutoff(now.getEpochSecond() + (now.getNano() > 0 ? 1 : 0));
  }

  private static @Nullable Target target(Members body, FieldErrors errors) {
    JsonNode node = body.node("target");
    if (!(node instanceof ObjectNode object)) {
      body.error("target", node == null ? "is required" : "must be an object");
      return null;
    }
    Members members = new Members(object, "target", errors);
    String name = members.requiredText("type");
    if (name == null) {
      return null;
    }
    Target.Type type = Target.parseType(name);
    if (type == null) {
      members.error(
          "type", "must be token, grant, session, subject, client, issuer, key or certificate");
      return null;
    }
    return switch (type) {
      case TOKEN -> token(members);
      case GRANT -> named(members, "grant_id", Target.Grant::new);
      case SESSION -> named(members, "sid", Target.Session::new);
      case SUBJECT -> named(members, "sub", Target.Subject::new);
      case CLIENT -> named(members, "client_id", Target.Client::new);
      case ISSUER -> {
        members.allow(Set.of("type", "iss"));
        String iss = members.requiredText("iss");
        yield iss == null ? null : new Target.Issuer(iss);
      }
      case KEY -> key(members);
      case CERTIFICATE -> {
        members.allow(Set.of("type", "x5t#S256"));
        Fingerprint thumbprint =
            members.requiredText("x5t#S256") == null ? null : members.digest("x5t#S256");
        yield thumbprint == null ? null : new Target.Certificate(thumbprint.toString());
      }
    };
  }

  private interface Named {
    Target of(String iss, String name);
  }

  private static @Nullable Target named(Members members, String member, Named target) {
    members.allow(Set.of("type", "iss", member));
    String iss = members.requiredText("iss");
    String name = members.requiredText(member);
    return iss == null || name == null ? null : target.of(iss, name);
  }

  private static @Nullable Target token(Members members) {
    members.allow(Set.of("type", "token", "fingerprint", "iss", "jti"));
    boolean byId = members.has("iss") || members.has("jti");
    int ways =
        (members.has("token") ? 1 : 0) + (members.has("fingerprint") ? 1 : 0) + (byId ? 1 : 0);
    if (ways != 1) {
      members.error("token", "name the token by exactly one of: token; fingerprint; iss and jti");
      return null;
    }
    if (byId) {
      String iss = members.requiredText("iss");
      String jti = members.requiredText("jti");
      return iss == null || jti == null ? null : new Target.TokenId(iss, jti);
    }
    if (members.has("fingerprint")) {
      Fingerprint fingerprint = members.digest("fingerprint");
      return fingerprint == null ? null : new Target.Token(fingerprint);
    }
    String text = members.text("token", PresentedToken.MAX_LENGTH);
    PresentedToken token = text == null ? null : PresentedToken.parse(text).orElse(null);
    if (token == null) {
      if (text != null) {
        members.error("token", "is not spelled like a credential");
      }
      return null;
    }
    return new Target.Token(token.fingerprint());
  }

  private static @Nullable Target key(Members members) {
    members.allow(Set.of("type", "iss", "kid", "jkt"));
    if (members.has("jkt")) {
      if (members.has("iss") || members.has("kid")) {
        members.error("jkt", "name the key by iss and kid, or by jkt, not by both");
        return null;
      }
      Fingerprint jkt = members.digest("jkt");
      return jkt == null ? null : new Target.Key(null, null, List.of(jkt.toString()), true);
    }
    String iss = members.requiredText("iss");
    String kid = members.requiredText("kid");
    return iss == null || kid == null ? null : new Target.Key(iss, kid, List.of(), false);
  }
}
