package dev.rescind.platform.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * A hash that a secret can be checked against and not be found from: bcrypt ({@code $2b$}),
 * argon2id ({@code $argon2id$}) or PBKDF2 with HMAC-SHA-256 or -512 ({@code
 * $pbkdf2-sha256$i=…$salt$hash}). Slow on purpose.
 */
public abstract sealed class SecretHash {
  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-6])\\$[./A-Za-z0-9]{53}");
  private static final Pattern ARGON2ID =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
  private static final Pattern PBKDF2 =
      Pattern.compile(
          "\\$pbkdf2-sha(256|512)\\$(?:i=)?([0-9]{1,8})"
              + "\\$([A-Za-z0-9+./]{11,86})\\$([A-Za-z0-9+./]{43,86})");
  private static final int MAX_MEMORY_KIB = 1 << 20;
  private static final int MAX_ITERATIONS = 10_000_000;

  private final String text;

  private SecretHash(String text) {
    this.text = text;
  }

  /** Whether the secret is the one that was hashed; takes as long whether it is or not. */
  public abstract boolean matches(String secret);

  /**
   * Reads a hash.
   *
   * @throws IllegalArgumentException where it is none of the known forms, or its cost is beyond
   *     bounds; the message does not show it
   */
  public static SecretHash parse(String text) {
    try {
      SecretHash hash = parseKnown(text);
      if (hash != null) {
        return hash;
      }
    } catch (IllegalArgumentException e) {
      // base64 that ends in the middle of a byte
    }
    throw new IllegalArgumentException(
        "secret_hashes holds something other than a bcrypt (cost 4 to 16), argon2id (v=19, up to"
            + " 1 GiB) or PBKDF2 (pbkdf2-sha256 or -sha512, up to 10,000,000 iterations) hash");
  }

  private static @Nullable SecretHash parseKnown(String text) {
    if (BCRYPT.matcher(text).matches()) {
      return new Bcrypt(text);
    }
    Matcher argon2id = ARGON2ID.matcher(text);
    if (argon2id.matches()) {
      int memory = Integer.parseInt(argon2id.group(1));
      int passes = Integer.parseInt(argon2id.group(2));
      int lanes = Integer.parseInt(argon2id.group(3));
      if (memory >= 8 * lanes && memory <= MAX_MEMORY_KIB && passes >= 1 && lanes >= 1) {
        return new Argon2id(
            text,
            new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(base64(argon2id.group(4)))
                .build(),
            base64(argon2id.group(5)));
      }
    }
    Matcher pbkdf2 = PBKDF2.matcher(text);
    if (pbkdf2.matches()) {
      int iterations = Integer.parseInt(pbkdf2.group(2));
      if (iterations >= 1 && iterations <= MAX_ITERATIONS) {
        return new Pbkdf2(
            text,
            "PBKDF2WithHmacSHA" + pbkdf2.group(1),
            iterations,
            base64(pbkdf2.group(3)),
            base64(pbkdf2.group(4)));
      }
    }
    return null;
  }

  /** Without padding; passlib writes {@code .} for {@code +}. */
  private static byte[] base64(String text) {
    return Base64.getDecoder().decode(text.replace('.', '+'));
  }

  /** The same hash is the same secret's, spelled alike. */
  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof SecretHash hash && text.equals(hash.text);
  }

  @Override
  public final int hashCode() {
    return text.hashCode();
  }

  @Override
  public final String toString() {
    return "***";
  }

  private static final class Bcrypt extends SecretHash {
    /** Beyond this bcrypt looks at nothing more. */
    private static final int MAX_BYTES = 72;

    private final String hash;

    Bcrypt(String hash) {
      super(hash);
      this.hash = hash;
    }

    @Override
    public boolean matches(String secret) {
      boolean same = OpenBSDBCrypt.checkPassword(hash, secret.toCharArray());
      return same && secret.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }
  }

  private static final class Argon2id extends SecretHash {
    private final Argon2Parameters parameters;
    private final byte[] hash;

    Argon2id(String text, Argon2Parameters parameters, byte[] hash) {
      super(text);
      this.parameters = parameters;
      this.hash = hash;
    }

    @Override
    public boolean matches(String secret) {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(parameters);
      byte[] computed = new byte[hash.length];
      generator.generateBytes(secret.getBytes(StandardCharsets.UTF_8), computed);
      return MessageDigest.isEqual(hash, computed);
    }
  }

  private static final class Pbkdf2 extends SecretHash {
    private final String algorithm;
    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    Pbkdf2(String text, String algorithm, int iterations, byte[] salt, byte[] hash) {
      super(text);
      this.algorithm = algorithm;
      this.iterations = iterations;
      this.salt = salt;
      this.hash = hash;
    }

    @Override
    public boolean matches(String secret) {
      PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, iterations, hash.length * 8);
      try {
        byte[] computed = SecretKeyFactory.getInstance(algorithm).generateSecret(spec).getEncoded();
        return MessageDigest.isEqual(hash, computed);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has " + algorithm, e);
      } finally {
        spec.clearPassword();
      }
    }
  }
}
