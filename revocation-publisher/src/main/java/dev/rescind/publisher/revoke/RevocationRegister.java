package dev.rescind.publisher.revoke;

import dev.rescind.log.LogRecord;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All revocations of the log in full, as a publisher has read them: what is listed and repeated.
 */
public final class RevocationRegister implements Replica.Listener {

  /** A revocation where it stands in the log, and the lift that ended it, if any. */
  public record Entry(Revocation revocation, long position, @Nullable Lifted lifted) {}

  /** A lift where it stands in the log. */
  public record Lifted(Lift lift, long position) {}

  /** A part of a list, newest first; {@code next} is the position to go on before, or null. */
  public record Page(List<Entry> items, @Nullable Long next) {}

  private record Fact(Revocation revocation, long position) {}

  private final Map<UUID, Long> positions = new ConcurrentHashMap<>();
  private final ConcurrentNavigableMap<Long, Revocation> byPosition = new ConcurrentSkipListMap<>();
  private final Map<UUID, Lifted> lifts = new ConcurrentHashMap<>();

  /** What two publishers took at one moment under one id: the later ones. */
  private final Map<UUID, List<Fact>> later = new ConcurrentHashMap<>();

  @Override
  public void applied(LogRecord record, long position) {
    if (record instanceof LogRecord.Revoked revoked) {
      // The first record of an id is the one that was answered.
      Revocation revocation = revoked.revocation();
      UUID id = revocation.id();
      if (positions.putIfAbsent(id, position) == null) {
        byPosition.put(position, revocation);
      } else if (!facts(id).contains(revocation)) {
        later.merge(id, List.of(new Fact(revocation, position)), RevocationRegister::joined);
      }
    } else if (record instanceof LogRecord.Lifted lifted) {
      lifts.putIfAbsent(lifted.lift().revocation(), new Lifted(lifted.lift(), position));
    }
  }

  private static List<Fact> joined(List<Fact> some, List<Fact> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /** All that the log holds under an id: one revocation, hardly ever more, or none. */
  public List<Revocation> facts(UUID id) {
    List<Revocation> facts = new ArrayList<>(1);
    find(id).ifPresent(entry -> facts.add(entry.revocation()));
    later.getOrDefault(id, List.of()).forEach(fact -> facts.add(fact.revocation()));
    return facts;
  }

  public Optional<Lift> lift(UUID id) {
    return Optional.ofNullable(lifts.get(id)).map(Lifted::lift);
  }

  /** Whether every revocation of an id has been over since before a time. */
  public boolean isOver(UUID id, long beforeMillis) {
    List<Revocation> facts = facts(id);
    return !facts.isEmpty() && facts.stream().allMatch(fact -> fact.isOver(beforeMillis));
  }

  /** Whether an id was made of an {@code Idempotency-Key}, with which it could be made again. */
  public boolean isRepeatable(UUID id) {
    return facts(id).stream().anyMatch(fact -> fact.circumstances().request() != null);
  }

  /** Ids of which every revocation has been over since before a time, {@code limit} at most. */
  public List<UUID> over(long beforeMillis, int limit) {
    return byPosition.values().stream()
        .filter(revocation -> revocation.isOver(beforeMillis))
        .map(Revocation::id)
        .filter(id -> isOver(id, beforeMillis))
        .limit(limit)
        .toList();
  }

  /** Forgets a revocation that the log no longer holds. To be called by the one writer only. */
  public void forget(Revocation revocation) {
    UUID id = revocation.id();
    later.computeIfPresent(
        id,
        (same, facts) -> {
          List<Fact> kept =
              facts.stream().filter(fact -> !fact.revocation().equals(revocation)).toList();
          return kept.isEmpty() ? null : kept;
        });
    Long position = positions.get(id);
    if (position == null || !revocation.equals(byPosition.get(position))) {
      return;
    }
    byPosition.remove(position);
    positions.remove(id);
    List<Fact> next = later.remove(id);
    if (next != null) {
      positions.put(id, next.get(0).position());
      byPosition.put(next.get(0).position(), next.get(0).revocation());
      if (next.size() > 1) {
        later.put(id, next.subList(1, next.size()));
      }
    }
  }

  /** Forgets a lift that the log no longer holds. To be called by the one writer only. */
  public void forgetLift(UUID id) {
    lifts.remove(id);
  }

  public Optional<Entry> find(UUID id) {
    Long position = positions.get(id);
    Revocation revocation = position == null ? null : byPosition.get(position);
    return position == null || revocation == null
        ? Optional.empty()
        : Optional.of(new Entry(revocation, position, lifts.get(id)));
  }

  /** Those that match, newest first, beginning before a position. */
  public Page list(Predicate<Revocation> filter, long before, int limit) {
    List<Entry> items = new ArrayList<>();
    for (Map.Entry<Long, Revocation> entry :
        byPosition.headMap(before).descendingMap().entrySet()) {
      Revocation revocation = entry.getValue();
      if (filter.test(revocation)) {
        if (items.size() == limit) {
          return new Page(items, items.get(limit - 1).position());
        }
        items.add(new Entry(revocation, entry.getKey(), lifts.get(revocation.id())));
      }
    }
    return new Page(items, null);
  }
}
