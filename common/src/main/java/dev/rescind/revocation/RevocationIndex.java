package dev.rescind.revocation;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * All facts in force, for one writer and many readers. Applying a fact is idempotent, commutative
 * and associative: a target's cutoff is the greatest of its facts', and a lift may come before what
 * it lifts.
 *
 * <p>A fact takes 48 bytes and its share of the slots, 6.4 to 12.8 more. The facts are in {@link
 * #PARTS} parts by their target, so that growing or sweeping copies one of them, some milliseconds
 * at ten million facts; readers never wait.
 */
public final class RevocationIndex {
  /** What applying a fact did. */
  public enum Applied {
    CHANGED,
    DUPLICATE,
    /** Nothing: there is no room for the fact, and from now on this index is not whole. */
    FULL
  }

  public static final int PARTS = 256;

  /** How many words of {@link #part} are an entry. */
  public static final int WORDS = FactWords.WORDS;

  private static final int PART_SHIFT = 56;

  private final AtomicReferenceArray<FactTable> parts = new AtomicReferenceArray<>(PARTS);
  private final Set<UUID> lifted = ConcurrentHashMap.newKeySet();
  private final LongAdder size = new LongAdder();
  private final int maxFacts;

  /** How many lifts there were when a part was last swept: it holds nothing that they lift. */
  private final int[] sweptOf = new int[PARTS];

  /**
   * @param maxFacts how many entries it takes, those of {@link #size()} and lifts together
   */
  public RevocationIndex(int maxFacts) {
    this.maxFacts = maxFacts;
    for (int part = 0; part < PARTS; part++) {
      parts.set(part, FactTable.forFacts(0));
    }
  }

  /** To be called by the one writer only. */
  public Applied apply(Revocation revocation) {
    if (lifted.contains(revocation.id())) {
      return Applied.DUPLICATE;
    }
    long[] words = FactWords.of(revocation);
    Applied applied = Applied.DUPLICATE;
    for (TargetKey key : revocation.target().keys()) {
      FactWords.put(words, key);
      Applied atKey = apply(part(key), words);
      if (atKey == Applied.FULL) {
        return Applied.FULL;
      }
      applied = atKey == Applied.CHANGED ? atKey : applied;
    }
    return applied;
  }

  private Applied apply(int part, long[] words) {
    FactTable table = parts.getPlain(part);
    if (table.contains(words, 0)) {
      return Applied.DUPLICATE;
    }
    if (isFull()) {
      return Applied.FULL;
    }
    if (table.isFull()) {
      if (!table.canGrow()) {
        return Applied.FULL;
      }
      table = table.grown();
      parts.setRelease(part, table);
    }
    table.add(words, 0);
    size.increment();
    return Applied.CHANGED;
  }

  /** To be called by the one writer only. */
  public Applied apply(Lift lift) {
    if (isFull() && !lifted.contains(lift.revocation())) {
      return Applied.FULL;
    }
    return lifted.add(lift.revocation()) ? Applied.CHANGED : Applied.DUPLICATE;
  }

  private boolean isFull() {
    return size.sum() + lifted.size() >= maxFacts;
  }

  /**
   * Whether a fact in force covers a credential.
   *
   * @param keys of the credential: {@link Target#keysOf}
   * @param iat when it was issued, in seconds, or null: then any cutoff covers it
   */
  public boolean covers(List<TargetKey> keys, @Nullable Long iat, long nowMillis) {
    for (int i = 0; i < keys.size(); i++) {
      TargetKey key = keys.get(i);
      if (parts.getAcquire(part(key)).covers(key, iat, nowMillis, lifted)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a revocation of that id was lifted, and so stays lifted. */
  public boolean isLifted(UUID id) {
    return lifted.contains(id);
  }

  static int part(TargetKey key) {
    return (int) (key.high() >>> PART_SHIFT);
  }

  /**
   * Drops what can decide nothing any more: facts whose {@code until} or {@code expires} is before
   * a time, and lifted ones. Returns how many entries that were. To be called by the one writer
   * only.
   */
  public int sweep(long beforeMillis) {
    int dropped = 0;
    for (int part = 0; part < PARTS; part++) {
      dropped += sweep(beforeMillis, part);
    }
    return dropped;
  }

  /** Sweeps one of the {@link #PARTS} parts, which takes some milliseconds at most. */
  public int sweep(long beforeMillis, int part) {
    FactTable table = parts.getPlain(part);
    int lifts = lifted.size();
    FactTable swept = table.swept(beforeMillis, lifts == sweptOf[part] ? Set.of() : lifted);
    sweptOf[part] = lifts;
    int dropped = table.count() - swept.count();
    parts.setRelease(part, swept);
    size.add(-dropped);
    return dropped;
  }

  /**
   * Entries kept: one for each fact and place, so that a fact of two keys counts twice. What is
   * over counts until it is swept, and so does what was lifted after it was applied; what was
   * lifted before never does.
   */
  public int size() {
    return size.intValue();
  }

  /** Ids that were lifted. They are kept for good. */
  public int lifts() {
    return lifted.size();
  }

  /**
   * A digest of all that decides: equal for two indexes that hold the same facts, in whatever order
   * and how often they came, and whenever they were swept.
   *
   * @param atMillis what was over before this time is left out
   */
  public long digest(long atMillis) {
    long sum = 0;
    for (int part = 0; part < PARTS; part++) {
      sum += parts.getAcquire(part).digest(atMillis, lifted);
    }
    return sum;
  }

  /**
   * The facts of a part as they are now, as opaque words. Any thread may ask: what was applied
   * before is among them.
   */
  public long[] part(int part) {
    return parts.getAcquire(part).words();
  }

  /** The lifted ids as they are now; what was lifted before is among them. */
  public Collection<UUID> liftedIds() {
    return List.copyOf(lifted);
  }

  /**
   * Puts back what {@link #part} gave, into a part that is empty; parts can be put back by several
   * threads, each by one.
   *
   * @param entries how many of the words' entries are meant
   * @throws IllegalArgumentException where they are not those of this part
   */
  public void putBack(int part, long[] words, int entries) {
    FactTable table = FactTable.forFacts(entries);
    if (parts.getPlain(part).count() > 0 || entries > table.room()) {
      throw new IllegalArgumentException("the part is not empty, or has no room");
    }
    for (int entry = 0; entry < entries; entry++) {
      int from = entry * FactWords.WORDS;
      if (part(FactWords.key(words, from)) != part) {
        throw new IllegalArgumentException("a fact of another part");
      }
      table.add(words, from);
    }
    parts.setRelease(part, table);
    size.add(entries);
  }

  /** Puts back a lifted id. */
  public void putBack(UUID id) {
    lifted.add(id);
  }
}
