package dev.rescind.platform.config;

import dev.rescind.log.LiftKeys;

/**
 * The public key by which lifts are verified, under a name.
 *
 * @param publicKey Ed25519, in PEM
 */
public record LiftKeyConfig(String id, String publicKey) {
  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public LiftKeyConfig {
    new Check()
        .id("id", id)
        .that(publicKey != null, "public_key", "must be given")
        .that(
            publicKey == null || Ed25519Pem.publicKey(publicKey).isPresent(),
            "public_key",
            "must be an Ed25519 public key in PEM (-----BEGIN PUBLIC KEY-----), not of small order")
        .done();
  }

  LiftKeys.Verification toKey() {
    return new LiftKeys.Verification(id, Ed25519Pem.publicKey(publicKey).orElseThrow());
  }
}
