package dev.rescind.publisher.revoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.revocation.Revocation;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The filters of {@code GET /v1/revocations}: every one given must hold. */
public final class RevocationFilter {
  /** Members of the target by which one can filter. */
  public static final Set<String> TARGET_MEMBERS =
      Set.of(
          "type",
          "fingerprint",
          "iss",
          "jti",
          "grant_id",
          "sid",
          "sub",
          "client_id",
          "kid",
          "jkt",
          "x5t#S256");

  private RevocationFilter() {}

  /**
   * Those revocations whose target has these members, by this actor and since that time, if given.
   */
  public static Predicate<Revocation> of(
      Map<String, String> targetMembers, String actor, Instant since) {
    return revocation -> {
      if (!actor.isEmpty() && !actor.equals(revocation.circumstances().actor())) {
        return false;
      }
      if (revocation.acceptedAt().isBefore(since)) {
        return false;
      }
      if (targetMembers.isEmpty()) {
        return true;
      }
      ObjectNode target = RevocationView.target(revocation.target());
      for (Map.Entry<String, String> wanted : targetMembers.entrySet()) {
        JsonNode member = target.get(wanted.getKey());
        if (member == null || !member.asText().equals(wanted.getValue())) {
          return false;
        }
      }
      return true;
    };
  }
}
