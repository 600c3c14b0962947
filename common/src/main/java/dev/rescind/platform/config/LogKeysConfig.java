package dev.rescind.platform.config;

import dev.rescind.log.LiftKeys;
import dev.rescind.log.MacKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that authenticate what is in Kafka.
 *
 * @param macKeys the first signs, all verify
 * @param liftVerificationKeys a lift counts that one of them verifies; without any, none does
 * @param liftSigningKey of publishers; null where no lift is signed
 */
public record LogKeysConfig(
    List<KeyConfig> macKeys,
    List<LiftKeyConfig> liftVerificationKeys,
    @Nullable LiftSigningKeyConfig liftSigningKey) {
  public LogKeysConfig {
    Check check =
        new Check()
            .that(!macKeys.isEmpty(), "mac_keys", "must hold at least one key")
            .unique("mac_keys", "id", macKeys.stream().map(KeyConfig::id).toList())
            .unique(
                "lift_verification_keys",
                "id",
                liftVerificationKeys.stream().map(LiftKeyConfig::id).toList());
    if (liftSigningKey != null) {
      LiftKeyConfig own = named(liftSigningKey.id(), liftVerificationKeys);
      check
          .that(
              own != null,
              "lift_signing_key.id",
              "must be that of one of lift_verification_keys, or no node would count the lifts")
          .that(
              own == null || LiftKeys.arePair(liftSigningKey.toKey(), own.toKey()),
              "lift_signing_key.private_key",
              "must belong to the public key of the same id");
    }
    check.done();
    macKeys = List.copyOf(macKeys);
    liftVerificationKeys = List.copyOf(liftVerificationKeys);
  }

  private static @Nullable LiftKeyConfig named(String id, List<LiftKeyConfig> keys) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst().orElse(null);
  }

  public MacKeys toMacKeys() {
    return new MacKeys(
        macKeys.stream().map(key -> new MacKeys.Key(key.id(), key.secret().bytes())).toList());
  }

  public LiftKeys toLiftKeys() {
    return new LiftKeys(
        liftVerificationKeys.stream().map(LiftKeyConfig::toKey).toList(),
        liftSigningKey == null ? null : liftSigningKey.toKey());
  }
}
