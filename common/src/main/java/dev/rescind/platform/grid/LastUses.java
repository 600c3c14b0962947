package dev.rescind.platform.grid;

import com.hazelcast.map.IMap;
import dev.rescind.credential.Fingerprint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When credentials were last used, as the grid remembers it for people to look at: a sample. Of the
 * uses of one credential at one node within five seconds the first counts, and what the grid has
 * not been told yet, or loses, is not known. Nothing is decided by it.
 */
public final class LastUses {
  private static final Logger LOG = LoggerFactory.getLogger(LastUses.class);
  private static final long EVERY_MILLIS = 5_000;
  private static final int MAX_AT_ONCE = 10_000;
  private static final long KEPT_DAYS = 400;
  private static final long READ_WITHIN_MILLIS = 1_000;

  private final Vertx vertx;
  private final GridNode node;
  private final Seal seal;
  private final InstantSource clock;
  private final Map<Fingerprint, Long> noted = new ConcurrentHashMap<>();
  private long timer = -1;
  private volatile boolean telling;

  public LastUses(Vertx vertx, GridNode node, Seal seal, InstantSource clock) {
    this.vertx = vertx;
    this.node = node;
    this.seal = seal;
    this.clock = clock;
  }

  /** Begins to tell the grid of what is noted. */
  public void start() {
    timer = vertx.setPeriodic(EVERY_MILLIS, tick -> tell());
  }

  public void stop() {
    vertx.cancelTimer(timer);
  }

  /** Takes note of a use; costs one look-up where the last is known already. */
  public void note(Fingerprint fingerprint) {
    if (!noted.containsKey(fingerprint) && noted.size() < MAX_AT_ONCE) {
      noted.put(fingerprint, clock.instant().getEpochSecond());
    }
  }

  private void tell() {
    if (noted.isEmpty() || telling) {
      return;
    }
    telling = true;
    Map<Fingerprint, Long> told = Map.copyOf(noted);
    noted.keySet().removeAll(told.keySet());
    vertx
        .executeBlocking(
            () -> {
              IMap<byte[], byte[]> uses = uses();
              told.forEach(
                  (fingerprint, second) -> {
                    byte[] place = fingerprint.toBytes();
                    byte[] at = ByteBuffer.allocate(Long.BYTES).putLong(second).array();
                    uses.set(place, seal.seal(GridMaps.USED, place, at), KEPT_DAYS, TimeUnit.DAYS);
                  });
              return null;
            },
            false)
        .onFailure(error -> LOG.info("Uses were not remembered: {}", error.toString()))
        .onComplete(done -> telling = false);
  }

  /** When these were last used; those of which it is not known are left out. Never fails. */
  public Future<Map<Fingerprint, Instant>> of(List<Fingerprint> fingerprints) {
    if (fingerprints.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    return vertx
        .executeBlocking(() -> read(fingerprints), false)
        .timeout(READ_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(Map.of());
  }

  private Map<Fingerprint, Instant> read(List<Fingerprint> fingerprints) {
    Set<byte[]> places = Collections.newSetFromMap(new IdentityHashMap<>());
    fingerprints.forEach(fingerprint -> places.add(fingerprint.toBytes()));
    Map<Fingerprint, Instant> read = new HashMap<>();
    uses()
        .getAll(places)
        .forEach(
            (place, value) -> {
              Instant at = open(place, value);
              if (at != null) {
                read.put(Fingerprint.ofDigest(place), at);
              }
            });
    return read;
  }

  private @Nullable Instant open(byte[] place, byte[] value) {
    return seal.open(GridMaps.USED, place, value)
        .filter(at -> at.length == Long.BYTES)
        .map(at -> Instant.ofEpochSecond(ByteBuffer.wrap(at).getLong()))
        .orElse(null);
  }

  private IMap<byte[], byte[]> uses() {
    return node.hazelcast().getMap(GridMaps.USED);
  }
}
