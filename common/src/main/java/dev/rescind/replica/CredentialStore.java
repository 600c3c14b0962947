package dev.rescind.replica;

import dev.rescind.credential.Fingerprint;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where registered credentials are loaded to, partition by partition of their topic. How far a
 * partition was loaded is kept where its credentials are: what is lost is lost together.
 */
public interface CredentialStore {
  /**
   * How far a partition is loaded, by whom. Only the loader that claimed it last can advance it.
   *
   * @param offset of the last record that was stored, or -1
   * @param loaded whether the topic's end was reached once, so that what is absent does not exist
   */
  record Progress(UUID loader, long offset, boolean loaded) {}

  /**
   * One credential to be stored.
   *
   * @param exp its end, in seconds since the epoch, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Entry(Fingerprint fingerprint, byte[] bytes, @Nullable Long exp) {}

  /** What became of stored entries. */
  record Stored(int stored, int duplicate, int expired) {}

  /** The partitions that this node is to load. */
  Set<Integer> owned();

  /** Takes over the loading of a partition; the result says where to go on. */
  Progress claim(int partition) throws StoreException;

  /** Stores entries, in the topic's order; the first of a fingerprint counts. */
  Stored store(int partition, List<Entry> entries) throws StoreException;

  /**
   * Moves a partition's progress on, after everything up to it was stored; false where it is no
   * longer {@code from}: then the partition was lost, or another took it over.
   */
  boolean advance(int partition, Progress from, Progress to) throws StoreException;

  /** The store did not do it, for now. */
  final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    public StoreException(Throwable cause) {
      super(cause);
    }
  }
}
