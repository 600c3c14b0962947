package dev.rescind.revocation;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one target that has many, the greatest cutoff first: the first one in force decides,
 * however many there are.
 */
final class Pile {
  private record Member(long cutoff, long until, long expires, UUID id)
      implements Comparable<Member> {
    static Member of(long[] words, int at) {
      return new Member(
          FactWords.cutoff(words, at),
          FactWords.until(words, at),
          FactWords.expires(words, at),
          FactWords.id(words, at));
    }

    @Override
    public int compareTo(Member other) {
      int order = Long.compare(other.cutoff, cutoff);
      order = order == 0 ? Long.compare(other.until, until) : order;
      order = order == 0 ? Long.compare(other.expires, expires) : order;
      return order == 0 ? id.compareTo(other.id) : order;
    }
  }

  private final ConcurrentSkipListSet<Member> members = new ConcurrentSkipListSet<>();

  void add(long[] words, int at) {
    members.add(Member.of(words, at));
  }

  void remove(long[] words, int at) {
    members.remove(Member.of(words, at));
  }

  /** Whether there are more than so many. */
  boolean exceeds(int count) {
    return members.stream().limit(count + 1L).count() > count;
  }

  boolean covers(@Nullable Long iat, long nowMillis, Set<UUID> lifted) {
    for (Member member : members) {
      if (iat != null && iat > member.cutoff()) {
        return false;
      }
      if (lifted.contains(member.id())) {
        // Once lifted, always lifted: whoever comes by may take it away.
        members.remove(member);
      } else if (nowMillis < member.until()) {
        return true;
      }
    }
    return false;
  }
}
