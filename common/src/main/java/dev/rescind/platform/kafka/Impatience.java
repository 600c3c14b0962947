package dev.rescind.platform.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/** How soon whoever reads or writes the topics tries again, and elsewhere. */
final class Impatience {
  private Impatience() {}

  /** What a client is configured with, and that. */
  static Map<String, Object> with(Map<String, ?> clientProperties) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 20);
    properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    properties.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 20);
    properties.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
    // A leader that was deposed while it could not be told so does not say that it is none.
    properties.putIfAbsent(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 1_000);
    return properties;
  }
}
