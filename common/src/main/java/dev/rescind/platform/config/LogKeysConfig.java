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
    new Check()
        .that(!macKeys.isEmpty(), "mac_keys", "must hold at least one key")
        .unique("mac_keys", "id", macKeys.stream().map(KeyConfig::id).toList())
        .done();
    macKeys = List.copyOf(macKeys);
  }

  public MacKeys toMacKeys() {
    return new MacKeys(
        macKeys.stream().map(key -> new MacKeys.Key(key.id(), key.secret().bytes())).toList());
  }
}
