package dev.rescind.platform.grid;

import com.hazelcast.map.IMap;
import dev.rescind.credential.Credential;
import dev.rescind.log.CredentialCodec;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;

/** One look through everything that the grid holds, batch by batch, for a limited time. */
public final class GridScan {
  private static final int BATCH = 500;

  /** Is shown all of it, on one thread. */
  public interface Visitor {
    void registered(Credential credential);

    void verified(Credential credential);
  }

  private final GridMaps maps;
  private final Seal seal;
  private final long until;
  private boolean whole = true;

  private GridScan(GridMaps maps, Seal seal, Duration limit) {
    this.maps = maps;
    this.seal = seal;
    this.until = System.nanoTime() + limit.toNanos();
  }

  /** Looks; returns whether it came to the end, and could read everything. */
  static boolean look(GridMaps maps, Seal seal, Duration limit, Visitor visitor) {
    GridScan scan = new GridScan(maps, seal, limit);
    return scan.each(
            maps.credentials(),
            entry -> {
              byte[] place = entry.getKey().place();
              if (place.length > 0) {
                scan.open(GridMaps.CREDENTIALS, place, entry.getValue(), visitor::registered);
              }
            })
        && scan.each(
            scan.maps.verified(),
            entry ->
                scan.open(GridMaps.VERIFIED, entry.getKey(), entry.getValue(), visitor::verified))
        && scan.whole;
  }

  private <K> boolean each(IMap<K, byte[]> map, Consumer<Map.Entry<K, byte[]>> visit) {
    Iterator<Map.Entry<K, byte[]>> entries = map.iterator(BATCH);
    while (entries.hasNext()) {
      if (System.nanoTime() - until > 0) {
        return false;
      }
      visit.accept(entries.next());
    }
    return true;
  }

  private void open(String map, byte[] place, byte[] sealed, Consumer<Credential> visit) {
    seal.open(map, place, sealed)
        .flatMap(CredentialCodec::fromBytes)
        .ifPresentOrElse(visit, () -> whole = false);
  }
}
