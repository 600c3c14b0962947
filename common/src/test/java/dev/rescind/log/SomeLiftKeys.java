package dev.rescind.log;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Keys of lifts, for tests. */
public final class SomeLiftKeys {
  private static final KeyPair PAIR = pair();

  /** Those of a publisher. */
  public static final LiftKeys BOTH = of(PAIR, PAIR);

  /** Those of a node, which signs nothing. */
  public static final LiftKeys PUBLIC =
      new LiftKeys(List.of(new LiftKeys.Verification("lift-1", PAIR.getPublic())), null);

  /** Those of one who has another private key under the same name. */
  public static final LiftKeys FORGER = of(PAIR, pair());

  /** Those of one who has a private key under another name. */
  public static final LiftKeys STRANGER = stranger();

  private SomeLiftKeys() {}

  private static LiftKeys of(KeyPair verifying, KeyPair signing) {
    return new LiftKeys(
        List.of(new LiftKeys.Verification("lift-1", verifying.getPublic())),
        new LiftKeys.Signing("lift-1", signing.getPrivate()));
  }

  private static LiftKeys stranger() {
    KeyPair pair = pair();
    return new LiftKeys(
        List.of(new LiftKeys.Verification("lift-9", pair.getPublic())),
        new LiftKeys.Signing("lift-9", pair.getPrivate()));
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a record turns out to be, a lift's signature looked at. */
  public static RecordCodec.Decoded read(RecordCodec codec, RecordCodec.Encoded record) {
    RecordCodec.Decoded decoded = codec.decode(record.key(), record.value());
    return decoded instanceof RecordCodec.Decoded.Claimed lift ? codec.verify(lift) : decoded;
  }
}
