package dev.rescind.revocation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All facts in force, for one writer and many readers. Applying a fact is idempotent, commutative
 * and associative: a target's cutoff is the greatest of its facts', and a lift may come before what
 * it lifts.
 */
public final class RevocationIndex {
  /**
   * One fact at one place. {@code until} and {@code expires} are in milliseconds, {@link
   * Long#MAX_VALUE} for none.
   */
  private record Entry(UUID id, long cutoff, long until, long expires) {}

  /** How many parts are swept, one after the other. */
  public static final int PARTS = 1;

  /** What applying a fact did. */
  public enum Applied {
    CHANGED,
    DUPLICATE
  }

  private final Map<TargetKey, Entry[]> entries = new ConcurrentHashMap<>();
  private final Map<UUID, Set<TargetKey>> places = new ConcurrentHashMap<>();
  private final Set<UUID> lifted = ConcurrentHashMap.newKeySet();

  /** To be called by the one writer only. */
  public Applied apply(Revocation revocation) {
    UUID id = revocation.id();
    if (lifted.contains(id)) {
      return Applied.DUPLICATE;
    }
    Entry entry =
        new Entry(
            id,
            revocation.cutoff().second(),
            revocation.until() == null ? Long.MAX_VALUE : revocation.until().toEpochMilli(),
            revocation.expires() == null ? Long.MAX_VALUE : revocation.expires().toEpochMilli());
    boolean changed = false;
    for (TargetKey key : revocation.target().keys()) {
      Entry[] old = entries.get(key);
      if (old == null) {
        entries.put(key, new Entry[] {entry});
      } else if (!Arrays.asList(old).contains(entry)) {
        Entry[] grown = Arrays.copyOf(old, old.length + 1);
        grown[old.length] = entry;
        entries.put(key, grown);
      } else {
        continue;
      }
      places.computeIfAbsent(id, none -> new HashSet<>()).add(key);
      changed = true;
    }
    return changed ? Applied.CHANGED : Applied.DUPLICATE;
  }

  /** To be called by the one writer only. */
  public Applied apply(Lift lift) {
    if (!lifted.add(lift.revocation())) {
      return Applied.DUPLICATE;
    }
    Set<TargetKey> keys = places.remove(lift.revocation());
    if (keys != null) {
      for (TargetKey key : keys) {
        entries.computeIfPresent(key, (place, old) -> without(old, lift.revocation()));
      }
    }
    return Applied.CHANGED;
  }

  /**
   * Drops what can decide nothing any more: facts whose {@code until} or {@code expires} is before
   * a time. Returns how many entries that were. To be called by the one writer only.
   */
  public int sweep(long beforeMillis) {
    int dropped = 0;
    for (int part = 0; part < PARTS; part++) {
      dropped += sweep(beforeMillis, part);
    }
    return dropped;
  }

  /** Sweeps one of the {@link #PARTS} parts. */
  public int sweep(long beforeMillis, int part) {
    int dropped = 0;
    for (TargetKey key : entries.keySet()) {
      for (Entry entry : entries.getOrDefault(key, new Entry[0])) {
        if (entry.until() < beforeMillis || entry.expires() < beforeMillis) {
          entries.computeIfPresent(key, (place, old) -> without(old, entry.id()));
          places.remove(entry.id());
          dropped++;
        }
      }
    }
    return dropped;
  }

  private static Entry @Nullable [] without(Entry[] old, UUID id) {
    List<Entry> kept = new ArrayList<>(old.length);
    for (Entry entry : old) {
      if (!entry.id().equals(id)) {
        kept.add(entry);
      }
    }
    return kept.isEmpty() ? null : kept.toArray(Entry[]::new);
  }

  /**
   * Whether a fact in force covers a credential.
   *
   * @param keys of the credential: {@link Target#keysOf}
   * @param iat when it was issued, in seconds, or null: then any cutoff covers it
   */
  public boolean covers(List<TargetKey> keys, @Nullable Long iat, long nowMillis) {
    for (int i = 0; i < keys.size(); i++) {
      Entry[] found = entries.get(keys.get(i));
      if (found != null) {
        for (Entry entry : found) {
          if ((iat == null || iat <= entry.cutoff()) && nowMillis < entry.until()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Facts kept, lifted ones not among them. */
  public int size() {
    return places.size();
  }

  /**
   * A digest of all that decides: equal for two indexes that hold the same facts, in whatever order
   * and how often they came.
   */
  public long digest() {
    long sum = 0;
    for (Map.Entry<TargetKey, Entry[]> place : entries.entrySet()) {
      for (Entry entry : place.getValue()) {
        sum +=
            mix(
                place.getKey().high()
                    ^ mix(
                        entry.id().getLeastSignificantBits()
                            ^ mix(
                                entry.id().getMostSignificantBits()
                                    ^ mix(entry.cutoff() ^ mix(entry.until())))));
      }
    }
    for (UUID id : lifted) {
      sum += mix(~id.getLeastSignificantBits() ^ mix(id.getMostSignificantBits()));
    }
    return sum;
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
