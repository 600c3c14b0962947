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

  private final Map<UUID, Long> positions = new ConcurrentHashMap<>();
  private final ConcurrentNavigableMap<Long, Revocation> byPosition = new ConcurrentSkipListMap<>();
  private final Map<UUID, Lifted> lifts = new ConcurrentHashMap<>();

  @Override
  public void applied(LogRecord record, long position) {
    if (record instanceof LogRecord.Revoked revoked) {
      // The first record of an id is the one that was answered.
      if (positions.putIfAbsent(revoked.revocation().id(), position) == null) {
        byPosition.put(position, revoked.revocation());
      }
    } else if (record instanceof LogRecord.Lifted lifted) {
      lifts.putIfAbsent(lifted.lift().revocation(), new Lifted(lifted.lift(), position));
    }
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
