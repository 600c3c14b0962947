package dev.rescind.introspector.possession;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.introspector.decide.Verdict;
import dev.rescind.platform.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * The keys that whoever used a credential has shown to hold, by their thumbprints.
 *
 * @param jkt of a DPoP proof's key; null where no proof was shown
 * @param x5tS256 of a client certificate; null where none was shown
 * @param holds whether what was shown is what it is said to be
 */
public record Possession(@Nullable String jkt, @Nullable Fingerprint x5tS256, boolean holds) {
  /** Something was shown that proves nothing. */
  static final Possession OF_NOTHING = new Possession(null, null, false);

  /** What was found of a credential, in the hands of who holds these keys. */
  public Verdict narrow(Verdict verdict) {
    if (verdict instanceof Verdict.Stale stale) {
      return new Verdict.Stale(narrow(stale.found()), stale.stalenessMillis());
    }
    return verdict instanceof Verdict.Active active && !fits(active.known().credential())
        ? new Verdict.Inactive(Verdict.Cause.NOT_BOUND)
        : verdict;
  }

  /** Whether the credential is bound to each of the keys ({@code cnf}, RFC 7800). */
  private boolean fits(Credential credential) {
    if (!holds) {
      return false;
    }
    JsonNode cnf =
        Json.parseObject(credential.members()).map(members -> members.path("cnf")).orElseThrow();
    return (jkt == null || jkt.equals(cnf.path("jkt").textValue()))
        && (x5tS256 == null || x5tS256.equals(thumbprint(cnf.path("x5t#S256"))));
  }

  private static @Nullable Fingerprint thumbprint(JsonNode node) {
    return node.isTextual() ? Fingerprint.parseThumbprint(node.textValue()).orElse(null) : null;
  }
}
