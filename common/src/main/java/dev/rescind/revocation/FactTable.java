package dev.rescind.revocation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of facts with a fixed number of slots, for one writer and many readers: the facts
 * lie one after the other in chunks, and slots say where. A fact does not move and does not change;
 * its slot is written, with release, when it is whole, and read with acquire.
 *
 * <p>Up to {@link #LIGHT} facts of a target are found from the slot on that its key names. Those
 * above are scattered, and then the target has a {@link Pile} of all its facts, for its readers.
 */
final class FactTable {
  static final int LIGHT = 8;

  private static final int MIN_SLOTS = 16;

  /** A slot has 24 bits for a fact's place. */
  private static final int MAX_SLOTS = 1 << 24;

  private static final int TAG_SHIFT = 24;
  private static final int PLACE_MASK = (1 << TAG_SHIFT) - 1;
  private static final int EMPTY = 0;
  private static final int CHUNK_BITS = 7;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int THE_SAME = -1;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(FactTable.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Eight bits of the key, and a fact's place, from 1. */
  private final int[] slots;

  private final long[][] chunks;
  private final Map<TargetKey, Pile> piles;
  private int count;

  private FactTable(int slots, Map<TargetKey, Pile> piles) {
    this.slots = new int[slots];
    this.chunks = new long[(capacity(slots) + CHUNK - 1) / CHUNK][];
    this.piles = piles;
  }

  /** An empty one with room for so many facts. */
  static FactTable forFacts(int facts) {
    int slots = MIN_SLOTS;
    while (capacity(slots) < facts && slots < MAX_SLOTS) {
      slots *= 2;
    }
    return new FactTable(slots, new ConcurrentHashMap<>());
  }

  private static int capacity(int slots) {
    return slots / 8 * 5;
  }

  /** The facts put in so far. */
  int count() {
    return (int) COUNT.getAcquire(this);
  }

  boolean isFull() {
    return count >= capacity(slots.length);
  }

  int room() {
    return capacity(slots.length) - count;
  }

  boolean canGrow() {
    return slots.length < MAX_SLOTS;
  }

  /** The same facts, with room for as many again. */
  FactTable grown() {
    FactTable grown = new FactTable(slots.length * 2, piles);
    System.arraycopy(chunks, 0, grown.chunks, 0, chunks.length);
    for (int place = 0; place < count; place++) {
      grown.link(place);
    }
    grown.count = count;
    return grown;
  }

  /** What is left without what was over before a time, or lifted; this very table if all is. */
  FactTable swept(long beforeMillis, Set<UUID> lifted) {
    boolean[] dropped = new boolean[count];
    int left = count;
    for (int place = 0; place < count; place++) {
      long[] chunk = chunk(place);
      int at = at(place);
      if (FactWords.isOver(chunk, at, beforeMillis)
          || (!lifted.isEmpty() && lifted.contains(FactWords.id(chunk, at)))) {
        dropped[place] = true;
        left--;
      }
    }
    if (left == count) {
      return this;
    }
    FactTable swept = forFacts(left);
    for (int place = 0; place < count; place++) {
      if (!dropped[place]) {
        swept.store(chunk(place), at(place));
        swept.link(swept.count++);
      } else if (!piles.isEmpty()) {
        Pile pile = piles.get(FactWords.key(chunk(place), at(place)));
        if (pile != null) {
          pile.remove(chunk(place), at(place));
        }
      }
    }
    // A pile that became small is left to the readers of this table, who may need it still.
    piles.forEach(
        (key, pile) -> {
          if (pile.exceeds(LIGHT)) {
            swept.piles.put(key, pile);
          }
        });
    return swept;
  }

  /** Whether the very same fact is there. */
  boolean contains(long[] words, int from) {
    int sameTarget = seek(home(words, from), words, from);
    return sameTarget == THE_SAME
        || (sameTarget >= LIGHT
            && seek((int) FactWords.scattered(words, from), words, from) == THE_SAME);
  }

  /** Adds a fact that is not there; to be called where this is not full. */
  void add(long[] words, int from) {
    store(words, from);
    int home = home(words, from);
    if (!piles.isEmpty() || seek(home, words, from) >= LIGHT) {
      Pile pile = pile(words, from, home);
      if (pile != null) {
        pile.add(words, from);
      }
    }
    link(count);
    COUNT.setRelease(this, count + 1);
  }

  /** The pile of a fact's target; made where this fact is the one that makes it heavy. */
  private @Nullable Pile pile(long[] words, int from, int home) {
    TargetKey key = FactWords.key(words, from);
    Pile pile = piles.get(key);
    if (pile != null || seek(home, words, from) < LIGHT) {
      return pile;
    }
    Pile made = new Pile();
    for (int i = home & mask(); slots[i] != EMPTY; i = (i + 1) & mask()) {
      int place = place(slots[i]);
      if (FactWords.isAt(chunk(place), at(place), key.high(), key.low())) {
        made.add(chunk(place), at(place));
      }
    }
    piles.put(key, made);
    return made;
  }

  private void store(long[] words, int from) {
    int chunk = count >>> CHUNK_BITS;
    if (chunks[chunk] == null) {
      chunks[chunk] = new long[CHUNK * FactWords.WORDS];
    }
    System.arraycopy(words, from, chunks[chunk], at(count), FactWords.WORDS);
  }

  /** Shows the fact at a place to readers. */
  private void link(int place) {
    long[] words = chunk(place);
    int from = at(place);
    int i = home(words, from) & mask();
    int tag = tag(FactWords.keyHigh(words, from));
    int sameTarget = 0;
    while (slots[i] != EMPTY) {
      if (isOfTarget(slots[i], tag, words, from)) {
        sameTarget++;
      }
      i = (i + 1) & mask();
    }
    if (sameTarget >= LIGHT) {
      i = (int) FactWords.scattered(words, from) & mask();
      while (slots[i] != EMPTY) {
        i = (i + 1) & mask();
      }
    }
    SLOT.setRelease(slots, i, tag | (place + 1));
  }

  /** From a slot on to the next empty one: {@link #THE_SAME}, or how many are of its target. */
  private int seek(int start, long[] words, int from) {
    int tag = tag(FactWords.keyHigh(words, from));
    int sameTarget = 0;
    for (int i = start & mask(); slots[i] != EMPTY; i = (i + 1) & mask()) {
      if (isOfTarget(slots[i], tag, words, from)) {
        int place = place(slots[i]);
        if (FactWords.areEqual(chunk(place), at(place), words, from)) {
          return THE_SAME;
        }
        sameTarget++;
      }
    }
    return sameTarget;
  }

  private boolean isOfTarget(int slot, int tag, long[] words, int from) {
    int place = place(slot);
    return (slot & ~PLACE_MASK) == tag
        && FactWords.isAt(
            chunk(place), at(place), FactWords.keyHigh(words, from), FactWords.keyLow(words, from));
  }

  /** For any reader. */
  boolean covers(TargetKey key, @Nullable Long iat, long nowMillis, Set<UUID> lifted) {
    int tag = tag(key.high());
    int sameTarget = 0;
    int i = (int) key.low() & mask();
    while (true) {
      int slot = (int) SLOT.getAcquire(slots, i);
      if (slot == EMPTY) {
        return false;
      }
      if ((slot & ~PLACE_MASK) == tag) {
        long[] words = chunk(place(slot));
        int at = at(place(slot));
        if (FactWords.isAt(words, at, key.high(), key.low())) {
          if (FactWords.covers(words, at, iat, nowMillis)
              && (lifted.isEmpty() || !lifted.contains(FactWords.id(words, at)))) {
            return true;
          }
          if (++sameTarget == LIGHT) {
            Pile pile = piles.get(key);
            if (pile != null) {
              return pile.covers(iat, nowMillis, lifted);
            }
          }
        }
      }
      i = (i + 1) & mask();
    }
  }

  /** The digests' sum, without what was over before a time, or lifted. For any reader. */
  long digest(long millis, Set<UUID> lifted) {
    long sum = 0;
    int facts = count();
    for (int place = 0; place < facts; place++) {
      long[] words = chunk(place);
      int at = at(place);
      if (!FactWords.isOver(words, at, millis)
          && (lifted.isEmpty() || !lifted.contains(FactWords.id(words, at)))) {
        sum += FactWords.digest(words, at);
      }
    }
    return sum;
  }

  /** All facts put in so far, {@link FactWords#WORDS} words each. For any reader. */
  long[] words() {
    int facts = count();
    long[] words = new long[facts * FactWords.WORDS];
    for (int place = 0; place < facts; place += CHUNK) {
      int length = Math.min(CHUNK, facts - place) * FactWords.WORDS;
      System.arraycopy(chunk(place), 0, words, place * FactWords.WORDS, length);
    }
    return words;
  }

  private int mask() {
    return slots.length - 1;
  }

  private static int home(long[] words, int from) {
    return (int) FactWords.keyLow(words, from);
  }

  private static int tag(long keyHigh) {
    return (int) (keyHigh >>> 40) << TAG_SHIFT;
  }

  private static int place(int slot) {
    return (slot & PLACE_MASK) - 1;
  }

  private long[] chunk(int place) {
    return chunks[place >>> CHUNK_BITS];
  }

  private static int at(int place) {
    return (place & (CHUNK - 1)) * FactWords.WORDS;
  }
}
