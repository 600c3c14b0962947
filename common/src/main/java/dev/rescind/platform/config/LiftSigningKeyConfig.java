package dev.rescind.platform.config;

import dev.rescind.log.LiftKeys;

/**
 * The private key by which a publisher signs lifts, under the name of its public one.
 *
 * @param privateKey Ed25519, PKCS #8 in PEM
 */
public record LiftSigningKeyConfig(String id, Secret privateKey) {
  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public LiftSigningKeyConfig {
    new Check()
        .id("id", id)
        .that(privateKey != null, "private_key", "must be given")
        .that(
            privateKey == null || Ed25519Pem.privateKey(privateKey.reveal()).isPresent(),
            "private_key",
            "must be an Ed25519 private key, PKCS #8 in PEM (-----BEGIN PRIVATE KEY-----)")
        .done();
  }

  LiftKeys.Signing toKey() {
    return new LiftKeys.Signing(id, Ed25519Pem.privateKey(privateKey.reveal()).orElseThrow());
  }
}
