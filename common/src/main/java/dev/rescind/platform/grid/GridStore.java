package dev.rescind.platform.grid;

import com.hazelcast.core.HazelcastInstance;
import dev.rescind.credential.Fingerprint;
import dev.rescind.replica.CredentialStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The grid as a member loads it: this member loads the partitions whose data it owns. */
public final class GridStore implements CredentialStore {
  /** So much longer than a credential is valid it is kept, whatever this member's clock says. */
  private static final long GRACE_SECONDS = 3_600;

  private final HazelcastInstance hazelcast;
  private final GridMaps maps;
  private final Seal seal;
  private final int partitions;
  private final InstantSource clock;

  /**
   * @param partitions of the topic of credentials
   */
  public GridStore(GridNode member, Seal seal, int partitions, InstantSource clock) {
    this.hazelcast = member.hazelcast();
    this.maps = GridMaps.of(hazelcast);
    this.seal = seal;
    this.partitions = partitions;
    this.clock = clock;
  }

  @Override
  public Set<Integer> owned() {
    Set<Integer> owned = new TreeSet<>();
    for (int partition = 0; partition < partitions; partition++) {
      var owner = hazelcast.getPartitionService().getPartition((Object) partition).getOwner();
      if (owner != null && owner.localMember()) {
        owned.add(partition);
      }
    }
    return owned;
  }

  @Override
  public Progress claim(int partition) throws StoreException {
    PlaceKey key = PlaceKey.ofProgress(partition);
    UUID self = UUID.randomUUID();
    try {
      while (true) {
        byte[] held = maps.credentials().get(key);
        Progress before = ProgressBytes.parse(held);
        // Whoever takes a partition over may have been apart from those who acknowledged more: what
        // is absent is known only once this loader has come to the topic's end itself.
        Progress mine = new Progress(self, before == null ? -1 : before.offset(), false);
        if (replace(key, held, ProgressBytes.of(mine))) {
          return mine;
        }
      }
    } catch (RuntimeException e) {
      throw new StoreException(e);
    }
  }

  private boolean replace(PlaceKey key, byte @Nullable [] held, byte[] next) {
    return held == null
        ? maps.credentials().putIfAbsent(key, next) == null
        : maps.credentials().replace(key, held, next);
  }

  @Override
  public Stored store(int partition, List<Entry> entries) throws StoreException {
    long now = clock.instant().getEpochSecond();
    Map<Fingerprint, Entry> wanted = new LinkedHashMap<>();
    int expired = 0;
    for (Entry entry : entries) {
      if (entry.exp() != null && entry.exp() + GRACE_SECONDS <= now) {
        expired++;
      } else {
        wanted.putIfAbsent(entry.fingerprint(), entry);
      }
    }
    int stored;
    try {
      stored = storeAbsent(partition, wanted, now);
    } catch (RuntimeException e) {
      throw new StoreException(e);
    }
    return new Stored(stored, entries.size() - expired - stored, expired);
  }

  private int storeAbsent(int partition, Map<Fingerprint, Entry> wanted, long now) {
    Set<PlaceKey> keys = new HashSet<>();
    wanted.keySet().forEach(fingerprint -> keys.add(PlaceKey.of(partition, fingerprint)));
    Set<PlaceKey> held = maps.credentials().getAll(keys).keySet();
    List<CompletionStage<Void>> writes = new ArrayList<>();
    for (Entry entry : wanted.values()) {
      PlaceKey key = PlaceKey.of(partition, entry.fingerprint());
      if (!held.contains(key)) {
        byte[] sealed = seal.seal(GridMaps.CREDENTIALS, key.place(), entry.bytes());
        writes.add(
            entry.exp() == null
                ? maps.credentials().setAsync(key, sealed)
                : maps.credentials()
                    .setAsync(
                        key,
                        sealed,
                        Math.min(Integer.MAX_VALUE, entry.exp() + GRACE_SECONDS - now),
                        TimeUnit.SECONDS));
      }
    }
    for (CompletionStage<Void> write : writes) {
      try {
        write.toCompletableFuture().join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
    return writes.size();
  }

  @Override
  public boolean advance(int partition, Progress from, Progress to) throws StoreException {
    try {
      return maps.credentials()
          .replace(PlaceKey.ofProgress(partition), ProgressBytes.of(from), ProgressBytes.of(to));
    } catch (RuntimeException e) {
      throw new StoreException(e);
    }
  }
}
