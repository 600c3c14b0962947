package dev.rescind.system.planted;

import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.introspector.decide.Known;
import dev.rescind.introspector.decide.Verdict;
import dev.rescind.introspector.decide.Viewer;
import dev.rescind.log.LogRecord;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import dev.rescind.revocation.TargetKey;
import dev.rescind.system.simulation.Behaviour;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The bugs of {@code docs/properties.md}, as processes that behave so. */
enum Bug {
  /** Every fiftieth record is passed over, as if it had been applied. */
  SKIPPED_APPLY,
  /** The index is searched, and only then staleness is read. */
  INDEX_BEFORE_STALENESS,
  /** Having read to where a broker says that the log ends is taken for a proof of freshness. */
  FRESH_BY_END_OFFSETS,
  /** {@code auto.offset.reset=latest}: a restarted node begins at the log's end. */
  RESET_TO_LATEST,
  /** Of several cutoffs of a target the last counts, not the greatest. */
  LAST_CUTOFF_WINS,
  /** A revoked credential is deleted from the grid, and nothing else. */
  REVOKED_BY_DELETION,
  /** A JWT is named by its whole text, whose signature has a twin. */
  FINGERPRINT_OF_THE_TEXT,
  /** A key is blocked by the {@code kid} that was named, which is not its only one. */
  KEY_BY_KID_ALONE;

  /** The behaviour of one process. */
  Behaviour behaviour() {
    return switch (this) {
      case SKIPPED_APPLY -> new SkippedApply();
      case INDEX_BEFORE_STALENESS -> new IndexBeforeStaleness();
      case FRESH_BY_END_OFFSETS -> new FreshByEndOffsets();
      case RESET_TO_LATEST -> new ResetToLatest();
      case LAST_CUTOFF_WINS -> new LastCutoffWins();
      case REVOKED_BY_DELETION -> new RevokedByDeletion();
      case FINGERPRINT_OF_THE_TEXT -> new FingerprintOfTheText();
      case KEY_BY_KID_ALONE -> new KeyByKidAlone();
    };
  }

  private static final class SkippedApply extends Behaviour {
    private int count;

    @Override
    public void apply(
        Replica replica,
        long offset,
        long timestamp,
        byte @Nullable [] key,
        byte @Nullable [] value) {
      boolean passedOver = ++count % 50 == 0;
      super.apply(replica, offset, timestamp, key, passedOver ? null : value);
    }
  }

  private static final class IndexBeforeStaleness extends Behaviour {
    @Override
    public Verdict decide(Replica replica, Known known, Viewer viewer, Clocks clocks) {
      boolean covered =
          replica
              .index()
              .covers(known.keys(), known.credential().validity().iat(), clocks.millis());
      clocks.interrupt();
      if (!replica.isFresh(clocks.nanos())) {
        return new Verdict.Undecided("stale");
      }
      return covered ? new Verdict.Inactive(Verdict.Cause.REVOKED) : new Verdict.Active(known);
    }
  }

  private static final class FreshByEndOffsets extends Behaviour {
    private @Nullable Long provenAt;

    @Override
    public boolean provesByEnd() {
      return true;
    }

    @Override
    public void readToTheEnd(long askedAtNanos) {
      provenAt = askedAtNanos;
    }

    @Override
    public Verdict decide(Replica replica, Known known, Viewer viewer, Clocks clocks) {
      long now = clocks.nanos();
      if (provenAt == null || now - provenAt > replica.bound().nanos()) {
        return new Verdict.Undecided("stale");
      }
      clocks.interrupt();
      return replica
              .index()
              .covers(known.keys(), known.credential().validity().iat(), clocks.millis())
          ? new Verdict.Inactive(Verdict.Cause.REVOKED)
          : new Verdict.Active(known);
    }
  }

  private static final class ResetToLatest extends Behaviour {
    @Override
    public boolean startsAtTheEnd(boolean firstStart) {
      return !firstStart;
    }
  }

  private static final class LastCutoffWins extends Behaviour {
    private final Map<TargetKey, Revocation> last = new HashMap<>();
    private final Set<UUID> lifted = new HashSet<>();

    @Override
    public void applied(LogRecord record) {
      if (record instanceof LogRecord.Revoked revoked) {
        for (TargetKey key : revoked.revocation().target().keys()) {
          last.put(key, revoked.revocation());
        }
      } else if (record instanceof LogRecord.Lifted one) {
        lifted.add(one.lift().revocation());
      }
    }

    @Override
    public Verdict decide(Replica replica, Known known, Viewer viewer, Clocks clocks) {
      if (!replica.isFresh(clocks.nanos())) {
        return new Verdict.Undecided("stale");
      }
      for (TargetKey key : known.keys()) {
        Revocation revocation = last.get(key);
        if (revocation != null
            && !lifted.contains(revocation.id())
            && revocation.inForce(clocks.millis())
            && revocation.cutoff().covers(known.credential().validity().iat())) {
          return new Verdict.Inactive(Verdict.Cause.REVOKED);
        }
      }
      return new Verdict.Active(known);
    }
  }

  private static final class RevokedByDeletion extends Behaviour {
    @Override
    public boolean revokesByDeletion() {
      return true;
    }
  }

  private static final class FingerprintOfTheText extends Behaviour {
    @Override
    public Fingerprint fingerprint(String text) {
      return Fingerprint.of(text);
    }
  }

  private static final class KeyByKidAlone extends Behaviour {
    @Override
    public Target key(String iss, String kid, String jkt) {
      return new Target.Key(iss, kid, List.of(), false);
    }

    @Override
    public Known known(Credential credential, Set<String> kids) {
      String kid = credential.binding().kid();
      return super.known(credential, kid == null ? Set.of() : Set.of(kid));
    }
  }
}
