package dev.rescind.publisher.keep;

import dev.rescind.log.LogRecord;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.RecordCodec.Decoded;
import dev.rescind.publisher.revoke.RevocationRegister;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Revocation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The revocations and lifts that are known, and are not the last record under their key: compaction
 * keeps the last, and a node that starts later would not find them. What has been over for half a
 * margin may be erased, and is then forgotten: whoever sweeps waits for the whole of it.
 *
 * <p>No more is kept than the register holds.
 */
final class Overwritten implements Replica.Listener {
  private final RevocationRegister register;
  private final LongSupplier overMillis;
  private final Predicate<Decoded.Claimed> signed;
  private final Runnable found;
  private final Map<ByteBuffer, LogRecord> missing = new ConcurrentHashMap<>();

  /**
   * @param register told of each record before this is told of the next
   * @param overMillis since before when a revocation must have been over to be erased
   * @param signed whether a publisher signed a lift; false too where that is not looked at now
   * @param found told by the log's reader when there is something to append again
   */
  Overwritten(
      RevocationRegister register,
      LongSupplier overMillis,
      Predicate<Decoded.Claimed> signed,
      Runnable found) {
    this.register = register;
    this.overMillis = overMillis;
    this.signed = signed;
    this.found = found;
  }

  @Override
  public void applied(LogRecord record, long position) {
    // Read as it stands in the log, see below.
  }

  @Override
  public void read(byte @Nullable [] key, Decoded decoded, long position) {
    if (key == null || RecordCodec.isOfBarrier(key)) {
      return;
    }
    if (decoded instanceof Decoded.Read read) {
      if (isFirst(key, read.record(), position)) {
        return; // nothing was known under its key: most of a start is spent here
      }
      if (Arrays.equals(key, RecordCodec.keyOf(read.record()))) {
        missing.remove(ByteBuffer.wrap(key));
      } else {
        lost(key, false);
      }
    } else if (decoded instanceof Decoded.Tombstone) {
      lost(key, true);
    } else if (decoded instanceof Decoded.Quarantined) {
      lost(key, false);
    } else if (decoded instanceof Decoded.Claimed lift) {
      // Of what is lifted already: nothing can come of it but that it takes the true lift's place.
      if (signed.test(lift)) {
        missing.remove(ByteBuffer.wrap(key));
      } else {
        lost(key, false);
      }
    }
  }

  /** Whether a record is the first of the id that its key names. */
  private boolean isFirst(byte[] key, LogRecord record, long position) {
    return record instanceof LogRecord.Revoked revoked
        && RecordCodec.revocationOf(key).equals(Optional.of(revoked.revocation().id()))
        && register
            .find(revoked.revocation().id())
            .filter(entry -> entry.position() == position)
            .isPresent();
  }

  private void lost(byte[] key, boolean erased) {
    Optional<UUID> id = RecordCodec.revocationOf(key);
    Optional<LogRecord> record = id.flatMap(one -> under(key, one));
    if (id.isEmpty() || record.isEmpty()) {
      return;
    }
    boolean over = isOver(id.get(), record.get());
    if (over && erased) {
      forget(id.get(), record.get());
    } else if (!over) {
      missing.put(ByteBuffer.wrap(key), record.get());
      found.run();
    }
  }

  private Optional<LogRecord> under(byte[] key, UUID id) {
    for (Revocation revocation : register.facts(id)) {
      LogRecord record = new LogRecord.Revoked(revocation);
      if (Arrays.equals(key, RecordCodec.keyOf(record))) {
        return Optional.of(record);
      }
    }
    return register
        .lift(id)
        .<LogRecord>map(LogRecord.Lifted::new)
        .filter(record -> Arrays.equals(key, RecordCodec.keyOf(record)));
  }

  /** A lift is over with all that it ended, where that cannot be made again under its id. */
  private boolean isOver(UUID id, LogRecord record) {
    long before = overMillis.getAsLong();
    return record instanceof LogRecord.Revoked revoked
        ? revoked.revocation().isOver(before)
        : register.isOver(id, before) && !register.isRepeatable(id);
  }

  private void forget(UUID id, LogRecord record) {
    if (record instanceof LogRecord.Revoked revoked) {
      register.forget(revoked.revocation());
    } else {
      register.forgetLift(id);
    }
  }

  /** What has to be appended again, by its key; changes as the log is read on. */
  Map<ByteBuffer, LogRecord> missing() {
    return missing;
  }
}
