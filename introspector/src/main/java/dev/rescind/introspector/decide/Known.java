package dev.rescind.introspector.decide;

import dev.rescind.credential.Credential;
import dev.rescind.revocation.Target;
import dev.rescind.revocation.TargetKey;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A credential with all that its answers need, computed once: credentials do not change, so what is
 * kept of one is never wrong.
 */
public final class Known {
  private final Credential credential;
  private final List<TargetKey> keys;
  private final long skewSeconds;
  private final byte[] answer;

  /**
   * @param kids every other name under which the key that verified the credential was seen
   * @param skewSeconds by how much its times may be off
   */
  public Known(Credential credential, Iterable<String> kids, long skewSeconds) {
    this.credential = credential;
    this.skewSeconds = skewSeconds;
    this.keys = Target.keysOf(credential, kids);
    String members = credential.members();
    String rest = members.equals("{}") ? "}" : "," + members.substring(1);
    this.answer = ("{\"active\":true" + rest).getBytes(StandardCharsets.UTF_8);
  }

  public Credential credential() {
    return credential;
  }

  /** The places of the index at which a revocation of this credential would be found. */
  public List<TargetKey> keys() {
    return keys;
  }

  long skewSeconds() {
    return skewSeconds;
  }

  /** The whole answer while the credential is active; not to be changed. */
  public byte[] answer() {
    return answer;
  }

  @Override
  public String toString() {
    return "Known[" + credential + "]";
  }
}
