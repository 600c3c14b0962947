package dev.rescind.platform.audit;

import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.Sha256;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Records in the order of their topic, each held to what came before: to its own writer's record
 * before it, and to all records that its writer had read. For one thread.
 */
public final class AuditChain {
  /**
   * All records up to one of them, in a digest: {@code head(n) = SHA-256(head(n-1) | SHA-256(text
   * of record n))}, and {@code head(0)} is 32 zero bytes.
   */
  public record Head(long records, Fingerprint digest) {
    public static final Head EMPTY = new Head(0, Fingerprint.ofDigest(new byte[Fingerprint.BYTES]));

    Head plus(Fingerprint text) {
      MessageDigest sha256 = Sha256.digest();
      sha256.update(digest.toBytes());
      sha256.update(text.toBytes());
      return new Head(records + 1, Fingerprint.ofDigest(sha256.digest()));
    }
  }

  /** What can be wrong with a line. */
  public enum Fault {
    /** No holder of a key wrote it. It does not count. */
    NOT_AUTHENTIC,
    /** It is no record. It does not count. */
    MALFORMED,
    /** It is there twice, or comes after its writer's later ones. It does not count again. */
    REPEATED,
    /** A record of its writer before it is not there. */
    MISSING_BEFORE,
    /** The record of its writer before it is another than that which was written. */
    CHANGED_BEFORE,
    /** What its writer had read is not what is there: records are gone, changed or rearranged. */
    OTHER_HISTORY
  }

  /**
   * What a line came to.
   *
   * @param record that counts; null where none does
   * @param fault null where nothing is wrong
   */
  public record Accepted(@Nullable AuditRecord record, @Nullable Fault fault) {}

  private record Last(long seq, Fingerprint text) {}

  /** Writers read what was written some milliseconds ago: older heads are not held. */
  private static final int HELD = 1 << 16;

  private final Map<UUID, Last> writers = new HashMap<>();
  private final Fingerprint[] heads = new Fingerprint[HELD];
  private Head head = Head.EMPTY;

  public AuditChain() {
    heads[0] = head.digest();
  }

  public Head head() {
    return head;
  }

  /** Takes the next line. */
  public Accepted accept(String line) {
    Optional<AuditRecord> parsed = AuditRecord.parse(line);
    if (parsed.isEmpty()) {
      return new Accepted(null, Fault.MALFORMED);
    }
    AuditRecord record = parsed.get();
    Last before = writers.get(record.link().writer());
    if (before != null && record.link().seq() <= before.seq()) {
      return new Accepted(null, Fault.REPEATED);
    }
    Fault fault = fault(record.link(), before);
    Fingerprint text = Fingerprint.of(line);
    head = head.plus(text);
    heads[(int) (head.records() % HELD)] = head.digest();
    writers.put(record.link().writer(), new Last(record.link().seq(), text));
    return new Accepted(record, fault);
  }

  private @Nullable Fault fault(AuditRecord.Link link, @Nullable Last before) {
    if (link.seq() != (before == null ? 1 : before.seq() + 1)) {
      return Fault.MISSING_BEFORE;
    }
    if (before == null ? link.prev() != null : !before.text().equals(link.prev())) {
      return Fault.CHANGED_BEFORE;
    }
    return isHistory(link.read()) ? null : Fault.OTHER_HISTORY;
  }

  private boolean isHistory(Head read) {
    if (read.records() < 0 || read.records() > head.records()) {
      return false;
    }
    return head.records() - read.records() >= HELD
        || read.digest().equals(heads[(int) (read.records() % HELD)]);
  }
}
