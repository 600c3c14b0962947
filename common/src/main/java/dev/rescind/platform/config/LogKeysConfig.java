package dev.rescind.platform.config;

import dev.rescind.log.MacKeys;
import java.util.List;

/**
 * The keys that authenticate what is in Kafka.
 *
 * @param macKeys the first signs, all verify
 */
public record LogKeysConfig(List<KeyConfig> macKeys) {
  public LogKeysConfig {
    Require.that(!macKeys.isEmpty(), "mac_keys", "must hold at least one key");
    macKeys = List.copyOf(macKeys);
  }

  public MacKeys toMacKeys() {
    return new MacKeys(
        macKeys.stream().map(key -> new MacKeys.Key(key.id(), key.secret().bytes())).toList());
  }
}
