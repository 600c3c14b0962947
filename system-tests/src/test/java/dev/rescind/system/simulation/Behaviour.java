package dev.rescind.system.simulation;

import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.introspector.decide.Decider;
import dev.rescind.introspector.decide.Known;
import dev.rescind.introspector.decide.Verdict;
import dev.rescind.introspector.decide.Viewer;
import dev.rescind.log.LogRecord;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Target;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one process does with the project's core, as the project does it. Variants that do it
 * wrongly show that the simulation finds out.
 */
public class Behaviour {

  /** What a node knows of time when it decides. */
  public interface Clocks {
    long nanos();

    long millis();

    /** Lets other things happen, as a scheduler may at any moment. */
    void interrupt();
  }

  /** Applies a record that was read. */
  public void apply(
      Replica replica,
      long offset,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value) {
    replica.apply(offset, timestamp, key, value);
  }

  /** Told of every record, after it was applied. */
  public void applied(LogRecord record) {}

  /** Whether a node begins to read at the log's end. */
  public boolean startsAtTheEnd(boolean firstStart) {
    return false;
  }

  /** Whether a node takes it for a proof of freshness that it has read to the end. */
  public boolean provesByEnd() {
    return false;
  }

  /** Takes note that the log's end, asked for at a time, was at this position or before. */
  public void readToTheEnd(long askedAtNanos) {}

  public Verdict decide(Replica replica, Known known, Viewer viewer, Clocks clocks) {
    long nanos = clocks.nanos();
    long millis = clocks.millis();
    clocks.interrupt();
    return new Decider(replica).decide(known, viewer, nanos, millis);
  }

  /** What names a presented credential. */
  public Fingerprint fingerprint(String text) {
    return PresentedToken.parse(text).orElseThrow().fingerprint();
  }

  /**
   * What an answer needs of a credential.
   *
   * @param kids all names of the key that verified it
   */
  public Known known(Credential credential, Set<String> kids) {
    return new Known(credential, kids, 0);
  }

  /** What a publisher writes when a key is revoked by name, which is that of one known key. */
  public Target key(String iss, String kid, String jkt) {
    return new Target.Key(iss, kid, List.of(jkt), true);
  }

  /** Whether a single credential is revoked by taking it out of the grid. */
  public boolean revokesByDeletion() {
    return false;
  }
}
