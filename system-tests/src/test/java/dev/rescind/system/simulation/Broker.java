package dev.rescind.system.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One replica of the log, which may lead, or believe that it still does. A set of brokers is a bit
 * mask.
 */
final class Broker {
  /**
   * One record. Replicas that agree on it hold the same object. {@code producer} names it over all
   * attempts to send it.
   */
  static final class Entry {
    final long producer;
    final int epoch;
    final int offset;
    final long timestampMillis;
    final byte @Nullable [] key;
    final byte @Nullable [] value;
    boolean compacted;

    Entry(long producer, int epoch, int offset, long timestampMillis, Payload payload) {
      this.producer = producer;
      this.epoch = epoch;
      this.offset = offset;
      this.timestampMillis = timestampMillis;
      this.key = payload.key();
      this.value = payload.value();
    }
  }

  /** What is to be written. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Payload(byte @Nullable [] key, byte @Nullable [] value) {}

  /** What the controller decides, and brokers hear of late. */
  record Leadership(int version, int epoch, int leader, int inSync) {}

  /** A fetch that waits for records behind the high watermark. */
  record Fetch(int position, Consumer<List<Entry>> answer) {}

  private record Unacknowledged(int offset, Consumer<Integer> answer) {}

  /** The offset that says: not this time. */
  static final int REFUSED = -1;

  private final int minInSync;
  final int id;
  final int[] ends;
  final long[] caughtUpAt;
  List<Entry> log = new ArrayList<>();
  int highWatermark;
  Leadership leadership = new Leadership(0, 0, 0, 0b111);

  /** In-sync replicas, and those of which the controller may already have heard. */
  int maximalInSync = 0b111;

  long clockSkewMillis;
  private final List<Unacknowledged> unacknowledged = new ArrayList<>();
  private final List<Fetch> waiting = new ArrayList<>();
  private List<Runnable> followers = new ArrayList<>();

  Broker(int id, int brokers, int minInSync) {
    this.id = id;
    this.minInSync = minInSync;
    ends = new int[brokers];
    caughtUpAt = new long[brokers];
  }

  boolean believesToLead() {
    return leadership.leader() == id;
  }

  int end() {
    return log.size();
  }

  /** Appends a record that is to be acknowledged by all; answers with its offset. */
  void append(long producer, Payload payload, long wallMillis, Consumer<Integer> answer) {
    if (!believesToLead() || Integer.bitCount(leadership.inSync()) < minInSync) {
      answer.accept(REFUSED);
      return;
    }
    int offset = find(producer);
    if (offset < 0) {
      offset = end();
      log.add(
          new Entry(producer, leadership.epoch(), offset, wallMillis + clockSkewMillis, payload));
    }
    unacknowledged.add(new Unacknowledged(offset, answer));
    advance();
    tellFollowers();
  }

  /** Calls a follower back when there is something new for it. */
  void awaitNews(Runnable follower) {
    followers.add(follower);
  }

  private void tellFollowers() {
    List<Runnable> told = followers;
    followers = new ArrayList<>();
    told.forEach(Runnable::run);
  }

  /** An idempotent producer's record that was appended by an earlier attempt. */
  private int find(long producer) {
    for (int i = end() - 1; i >= 0; i--) {
      if (log.get(i).producer == producer) {
        return i;
      }
    }
    return -1;
  }

  /** Moves the high watermark to what all in-sync replicas hold. */
  void advance() {
    if (!believesToLead()) {
      return;
    }
    int held = end();
    for (int other = 0; other < ends.length; other++) {
      if (other != id && (maximalInSync & 1 << other) != 0) {
        held = Math.min(held, ends[other]);
      }
    }
    if (held > highWatermark) {
      highWatermark = held;
      tellFollowers();
    }
    for (Unacknowledged one : List.copyOf(unacknowledged)) {
      if (one.offset() < highWatermark) {
        unacknowledged.remove(one);
        boolean enough = Integer.bitCount(leadership.inSync()) >= minInSync;
        one.answer().accept(enough ? one.offset() : REFUSED);
      }
    }
    for (Fetch fetch : List.copyOf(waiting)) {
      if (fetch.position() < highWatermark) {
        waiting.remove(fetch);
        fetch.answer().accept(committedFrom(fetch.position()));
      }
    }
  }

  /** Answers at once if there is something committed to read, else when there is. */
  void fetch(Fetch fetch) {
    if (fetch.position() < highWatermark) {
      fetch.answer().accept(committedFrom(fetch.position()));
    } else {
      waiting.add(fetch);
    }
  }

  /** All that may be read. */
  List<Entry> committed() {
    return committedFrom(0);
  }

  private List<Entry> committedFrom(int position) {
    List<Entry> entries = new ArrayList<>(log.subList(position, highWatermark));
    entries.removeIf(entry -> entry.compacted);
    return entries;
  }

  /** Takes note of who leads; answers those who trusted this broker to. */
  void hear(Leadership heard, long now) {
    if (heard.version() <= leadership.version()) {
      return;
    }
    boolean sameTerm = heard.epoch() == leadership.epoch();
    leadership = heard;
    maximalInSync = heard.inSync();
    if (!sameTerm) {
      for (int other = 0; other < ends.length; other++) {
        ends[other] = 0;
        caughtUpAt[other] = now;
      }
      for (Unacknowledged one : List.copyOf(unacknowledged)) {
        one.answer().accept(REFUSED);
      }
      unacknowledged.clear();
      waiting.clear(); // whoever waits asks again
    }
    advance();
  }

  /** Up to where this replica and another hold the same. */
  int commonWith(Broker other) {
    int common = Math.min(end(), other.end());
    while (common > 0 && log.get(common - 1) != other.log.get(common - 1)) {
      common--;
    }
    return common;
  }

  void truncate(int end) {
    log.subList(end, end()).clear();
    highWatermark = Math.min(highWatermark, end);
  }

  /** Forgets what it was asked, as a process that ends does; the log stays. */
  void stop() {
    unacknowledged.clear();
    waiting.clear();
    followers.clear();
  }

  /** The topic is deleted and made anew. */
  void makeAnew() {
    log = new ArrayList<>();
    highWatermark = 0;
    Arrays.fill(ends, 0);
    stop();
  }
}
