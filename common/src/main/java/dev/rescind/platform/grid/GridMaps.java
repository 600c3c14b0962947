package dev.rescind.platform.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

/** The grid's maps. */
record GridMaps(IMap<PlaceKey, byte[]> credentials, IMap<byte[], byte[]> verified) {
  /** Registered credentials, and how far their partitions are loaded. */
  static final String CREDENTIALS = "rescind.credentials";

  /** Credentials that some node has verified; any of them may vanish at any time. */
  static final String VERIFIED = "rescind.verified";

  /** What was used, of what may be used once. */
  static final String ONCE = "rescind.once";

  /** When credentials were last used. */
  static final String USED = "rescind.used";

  static GridMaps of(HazelcastInstance hazelcast) {
    return new GridMaps(hazelcast.getMap(CREDENTIALS), hazelcast.getMap(VERIFIED));
  }
}
