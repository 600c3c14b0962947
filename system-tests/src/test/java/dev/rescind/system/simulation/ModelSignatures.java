package dev.rescind.system.simulation;

import dev.rescind.log.LiftKeys;
import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;

/**
 * Signatures of the model's own keys, in the place of Ed25519's: a digest, which costs a
 * thousandth. Real keys are signed with as ever.
 */
final class ModelSignatures {
  private static final ModelKey KEY = new ModelKey("the model's");

  private ModelSignatures() {}

  /** Both keys of a publisher of the model. */
  static LiftKeys keys() {
    if (Security.getProvider(ModelProvider.NAME) == null) {
      Security.insertProviderAt(new ModelProvider(), 1);
    }
    return new LiftKeys(
        List.of(new LiftKeys.Verification("model", KEY)), new LiftKeys.Signing("model", KEY));
  }

  /** Both keys of a pair. */
  public record ModelKey(String name) implements PublicKey, PrivateKey {
    private static final long serialVersionUID = 1;

    @Override
    public String getAlgorithm() {
      return "Ed25519";
    }

    @Override
    public String getFormat() {
      return "none";
    }

    @Override
    public byte[] getEncoded() {
      return new byte[0];
    }
  }

  private static final class ModelProvider extends Provider {
    private static final long serialVersionUID = 1;
    static final String NAME = "Model";

    ModelProvider() {
      super(NAME, "1", "signatures of a model");
      putService(
          new Service(
              this,
              "Signature",
              "Ed25519",
              Digested.class.getName(),
              List.of(),
              Map.of("SupportedKeyClasses", ModelKey.class.getName())));
    }
  }

  /** SHA-512 of what was signed. */
  public static final class Digested extends SignatureSpi {
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
      init(key);
    }

    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
      init(key);
    }

    private void init(Object key) throws InvalidKeyException {
      if (!(key instanceof ModelKey)) {
        throw new InvalidKeyException("not a key of the model");
      }
      message.reset();
    }

    @Override
    protected void engineUpdate(byte b) {
      message.write(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int from, int length) {
      message.write(bytes, from, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      try {
        return MessageDigest.getInstance("SHA-512").digest(message.toByteArray());
      } catch (NoSuchAlgorithmException e) {
        throw new SignatureException(e);
      }
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      return MessageDigest.isEqual(signature, engineSign());
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException();
    }
  }
}
