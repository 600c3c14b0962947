package dev.rescind.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of lifts: Ed25519 (RFC 8032). Publishers hold the private one; nodes hold public ones
 * alone, so that none of them can make a credential usable again.
 */
public final class LiftKeys {
  /** A proof is {@code key id (4) | signature (64)}. */
  static final int PROOF_BYTES = 68;

  private static final int ID_BYTES = 4;

  /**
   * Says nothing of the cluster: a log that is copied to another broker stays as good as it was.
   */
  private static final byte[] DOMAIN = "rescind.lift".getBytes(StandardCharsets.US_ASCII);

  /** A public key under its configured name. */
  public record Verification(String id, PublicKey key) {}

  /** The private key under the name of its public one. */
  public record Signing(String id, PrivateKey key) {
    @Override
    public String toString() {
      return "Signing[" + id + "]";
    }
  }

  private final Map<Integer, PublicKey> verification = new HashMap<>();
  private final @Nullable Signing signing;

  /**
   * @param signing null where no lift is signed
   * @throws IllegalArgumentException where two keys have the same id
   */
  public LiftKeys(List<Verification> verification, @Nullable Signing signing) {
    for (Verification one : verification) {
      if (this.verification.put(KeyId.of(one.id()), one.key()) != null) {
        throw new IllegalArgumentException("two lift keys have the id " + one.id());
      }
    }
    this.signing = signing;
  }

  /**
   * The proof that a holder of the private key wrote a record.
   *
   * @throws IllegalStateException where this process has no private key
   */
  byte[] sign(byte[] key, byte[] body) {
    Signing with = signing;
    if (with == null) {
      throw new IllegalStateException("a lift cannot be signed: there is no lift_signing_key");
    }
    try {
      Signature signature = ed25519();
      signature.initSign(with.key());
      signature.update(message(key, body));
      return ByteBuffer.allocate(PROOF_BYTES)
          .putInt(KeyId.of(with.id()))
          .put(signature.sign())
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key signs anything", e);
    }
  }

  /** Whether the key that a proof names is known; costs next to nothing. */
  boolean knows(byte[] proof) {
    return verification.containsKey(ByteBuffer.wrap(proof).getInt());
  }

  /** Whether a proof is that of a holder of the private key; costs up to a millisecond. */
  boolean verify(byte[] proof, byte[] key, byte[] body) {
    PublicKey by = verification.get(ByteBuffer.wrap(proof).getInt());
    if (by == null || proof.length != PROOF_BYTES) {
      return false;
    }
    try {
      Signature signature = ed25519();
      signature.initVerify(by);
      signature.update(message(key, body));
      return signature.verify(Arrays.copyOfRange(proof, ID_BYTES, PROOF_BYTES));
    } catch (GeneralSecurityException e) {
      return false; // no point of the curve, or no such scalar
    }
  }

  /** Whether a private and a public key belong together. */
  public static boolean arePair(Signing signing, Verification verification) {
    LiftKeys keys =
        new LiftKeys(List.of(new Verification(signing.id(), verification.key())), signing);
    byte[] nothing = {};
    return keys.verify(keys.sign(nothing, nothing), nothing, nothing);
  }

  /** Each part with its length before it, so that no two messages are spelled alike. */
  private static byte[] message(byte[] key, byte[] body) {
    return ByteBuffer.allocate(12 + DOMAIN.length + key.length + body.length)
        .putInt(DOMAIN.length)
        .put(DOMAIN)
        .putInt(key.length)
        .put(key)
        .putInt(body.length)
        .put(body)
        .array();
  }

  private static Signature ed25519() throws NoSuchAlgorithmException {
    return Signature.getInstance("Ed25519");
  }

  @Override
  public String toString() {
    return "LiftKeys[" + verification.size() + "]";
  }
}
