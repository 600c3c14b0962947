package dev.rescind.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.platform.json.Json;
import dev.rescind.standalone.mint.IssuerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.ParseException;

/**
 * What the demo keeps secret: 32 random bytes each, base64url, made at the first start and kept in
 * {@code secrets.json}.
 */
record DemoSecrets(
    String caller, String rs, String as, String admin, String logMac, String gridSeal) {
  private static final int BYTES = 32;

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
            keep(kept, "grid_seal", random));
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

  @Override
  public String toString() {
    return "DemoSecrets[…]";
  }
}
