package dev.rescind.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.platform.json.Json;
import dev.rescind.standalone.mint.IssuerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.Base64;

/**
 * What the demo keeps secret: 32 random bytes each, base64url, and the keys of lifts and answers,
 * made at the first start and kept in {@code secrets.json}.
 */
record DemoSecrets(
    String caller,
    String rs,
    String as,
    String admin,
    String logMac,
    String gridSeal,
    Lift lift,
    Answers answers) {
  private static final int BYTES = 32;

  /** The two keys of lifts, Ed25519 in PEM. */
  record Lift(String privateKey, String publicKey) {
    @Override
    public String toString() {
      return "Lift[…]";
    }
  }

  /**
   * What introspectors answer by.
   *
   * @param signingKey RSA, PKCS #8 in PEM
   */
  record Answers(String signingKey, String pairwise) {
    @Override
    public String toString() {
      return "Answers[…]";
    }
  }

  /** Reads the file, makes what is missing in it, and writes it if anything was. */
  static DemoSecrets keptIn(Path data) throws IOException {
    Path file = data.resolve("secrets.json");
    ObjectNode kept =
        Files.exists(file)
            ? Json.parseObject(Files.readString(file))
                .orElseThrow(() -> new IOException(file + " is not a JSON object"))
            : Json.object();
    int before = kept.size();
    SecureRandom random = new SecureRandom();
    DemoSecrets secrets =
        new DemoSecrets(
            keep(kept, "caller", random),
            keep(kept, "rs", random),
            keep(kept, "as", random),
            keep(kept, "admin", random),
            keep(kept, "log_mac", random),
            keep(kept, "grid_seal", random),
            keepLift(kept),
            new Answers(keepSigningKey(kept), keep(kept, "pairwise", random)));
    if (kept.size() != before) {
      PrivateFile.write(file, Json.write(kept) + "\n");
    }
    return secrets;
  }

  static IssuerKeys issuerKeysKeptIn(Path data) throws IOException {
    Path file = data.resolve("issuer-keys.json");
    if (Files.exists(file)) {
      try {
        return IssuerKeys.parse(Files.readString(file));
      } catch (ParseException e) {
        throw new IOException(file + " holds no issuer keys", e);
      }
    }
    IssuerKeys keys = IssuerKeys.generate();
    PrivateFile.write(file, keys.toPrivateJson() + "\n");
    return keys;
  }

  private static String keep(ObjectNode kept, String name, SecureRandom random) {
    JsonNode there = kept.get(name);
    if (there != null && there.isTextual()) {
      return there.textValue();
    }
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String made = Base64Url.encode(bytes);
    kept.put(name, made);
    return made;
  }

  private static Lift keepLift(ObjectNode kept) {
    JsonNode privateKey = kept.get("lift_private");
    JsonNode publicKey = kept.get("lift_public");
    if (privateKey != null && publicKey != null) {
      return new Lift(privateKey.asText(), publicKey.asText());
    }
    KeyPair made = keyPair("Ed25519");
    Lift lift =
        new Lift(
            pem("PRIVATE KEY", made.getPrivate().getEncoded()),
            pem("PUBLIC KEY", made.getPublic().getEncoded()));
    kept.put("lift_private", lift.privateKey()).put("lift_public", lift.publicKey());
    return lift;
  }

  private static String keepSigningKey(ObjectNode kept) {
    JsonNode there = kept.get("answers_private");
    if (there != null && there.isTextual()) {
      return there.textValue();
    }
    String made = pem("PRIVATE KEY", keyPair("RSA").getPrivate().getEncoded());
    kept.put("answers_private", made);
    return made;
  }

  private static KeyPair keyPair(String algorithm) {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("RSA")) {
        keys.initialize(2048);
      }
      return keys.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform from 15 on has " + algorithm, e);
    }
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getEncoder().encodeToString(content));
  }

  @Override
  public String toString() {
    return "DemoSecrets[…]";
  }
}
