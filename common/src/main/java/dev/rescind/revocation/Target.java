package dev.rescind.revocation;

import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a revocation names. */
public sealed interface Target {

  /** The kinds of target; the wire name is the constant's in lower case. */
  enum Type {
    TOKEN,
    GRANT,
    SESSION,
    SUBJECT,
    CLIENT,
    ISSUER,
    KEY,
    CERTIFICATE;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a revocation of this kind covers every credential, whenever it was issued. */
    public boolean alwaysByDefault() {
      return this == TOKEN || this == KEY || this == CERTIFICATE;
    }
  }

  Type type();

  /** The issuer whose credentials are meant; null where the target does not say. */
  default @Nullable String issuer() {
    return null;
  }

  /** The places of the index at which this target is kept: at least one. */
  List<TargetKey> keys();

  /** One credential by its fingerprint. */
  record Token(Fingerprint fingerprint) implements Target {
    @Override
    public Type type() {
      return Type.TOKEN;
    }

    @Override
    public List<TargetKey> keys() {
      return List.of(TargetKey.of("token", fingerprint.toString()));
    }
  }

  /** One credential by issuer and {@code jti} (RFC 7519 section 4.1.7). */
  record TokenId(String iss, String jti) implements Target {
    @Override
    public String issuer() {
      return iss;
    }

    @Override
    public Type type() {
      return Type.TOKEN;
    }

    @Override
    public List<TargetKey> keys() {
      return List.of(TargetKey.of("jti", iss, jti));
    }
  }

  /** All credentials of one grant. */
  record Grant(String iss, String grantId) implements Target {
    @Override
    public String issuer() {
      return iss;
    }

    @Override
    public Type type() {
      return Type.GRANT;
    }

    @Override
    public List<TargetKey> keys() {
      return List.of(TargetKey.of("grant", iss, grantId));
    }
  }

  /** All credentials of one session. */
  record Session(String iss, String sid) implements Target {
    @Override
    public String issuer() {
      return iss;
    }

    @Override
    public Type type() {
      return Type.SESSION;
    }

    @Override
    public List<TargetKey> keys() {
      return List.of(TargetKey.of("session", iss, sid));
    }
  }

  /** All credentials of one subject. */
  record Subject(String iss, String sub) implements Target {
    @Override
    public String issuer() {
      return iss;
    }

    @Override
    public Type type() {
      return Type.SUBJECT;
    }

    @Override
    public List<TargetKey> keys() {
      return List.of(TargetKey.of("subject", iss, sub));
    }
  }

  /** All credentials issued to one client. */
  record Client(String iss, String clientId) implements Target {
    @Override
    public String issuer() {
      return iss;
    }

    @Override
    public Type type() {
      return Type.CLIENT;
    }

    @Override
    public List<TargetKey> keys() {
      return List.of(TargetKey.of("client", iss, clientId));
    }
  }

  /** All credentials of one issuer. */
  record Issuer(String iss) implements Target {
    @Override
    public String issuer() {
      return iss;
    }

    @Override
    public Type type() {
      return Type.ISSUER;
    }

    @Override
    public List<TargetKey> keys() {
      return List.of(TargetKey.of("issuer", iss));
    }
  }

  /**
   * Everything that one signing key signed.
   *
   * @param iss with {@code kid}, how the key was named, or both null
   * @param jkts the RFC 7638 thumbprints of the key material meant
   * @param resolved whether exactly one key is meant. Otherwise all material ever seen under {@code
   *     kid} is
   */
  record Key(@Nullable String iss, @Nullable String kid, List<String> jkts, boolean resolved)
      implements Target {
    public Key {
      jkts = List.copyOf(jkts);
      if (jkts.isEmpty() && (iss == null || kid == null)) {
        throw new IllegalArgumentException("a key is named by iss and kid, or by jkt");
      }
    }

    @Override
    public @Nullable String issuer() {
      return iss;
    }

    @Override
    public Type type() {
      return Type.KEY;
    }

    @Override
    public List<TargetKey> keys() {
      List<TargetKey> keys = new ArrayList<>();
      for (String jkt : jkts) {
        keys.add(ofThumbprint(jkt));
      }
      if (!resolved && iss != null && kid != null) {
        keys.add(ofKeyId(iss, kid));
      }
      return keys;
    }

    /** Where a key is kept by its material. */
    public static TargetKey ofThumbprint(String jkt) {
      return TargetKey.of("jkt", jkt);
    }

    /** Where a key is kept by its name alone. */
    public static TargetKey ofKeyId(String iss, String kid) {
      return TargetKey.of("kid", iss, kid);
    }
  }

  /** A client certificate, and what is bound to it, by SHA-256 thumbprint (RFC 8705). */
  record Certificate(String x5tS256) implements Target {
    @Override
    public Type type() {
      return Type.CERTIFICATE;
    }

    @Override
    public List<TargetKey> keys() {
      return List.of(TargetKey.of("x5t#S256", x5tS256));
    }
  }

  /** The places at which a revocation would be found that covers {@code credential}. */
  static List<TargetKey> keysOf(Credential credential) {
    Credential.Names names = credential.names();
    Credential.Binding binding = credential.binding();
    List<TargetKey> keys = new ArrayList<>(10);
    keys.addAll(new Token(credential.fingerprint()).keys());
    String iss = names.iss();
    if (iss != null) {
      keys.addAll(new Issuer(iss).keys());
      if (names.jti() != null) {
        keys.addAll(new TokenId(iss, names.jti()).keys());
      }
      if (names.grantId() != null) {
        keys.addAll(new Grant(iss, names.grantId()).keys());
      }
      if (names.sid() != null) {
        keys.addAll(new Session(iss, names.sid()).keys());
      }
      if (names.sub() != null) {
        keys.addAll(new Subject(iss, names.sub()).keys());
      }
      if (names.clientId() != null) {
        keys.addAll(new Client(iss, names.clientId()).keys());
      }
      if (binding.kid() != null) {
        keys.add(Key.ofKeyId(iss, binding.kid()));
      }
    }
    if (binding.jkt() != null) {
      keys.add(Key.ofThumbprint(binding.jkt()));
    }
    if (binding.x5tS256() != null) {
      keys.addAll(new Certificate(binding.x5tS256()).keys());
    }
    return List.copyOf(keys);
  }

  /**
   * The same, and those of a revocation of the key that verified the credential, by any name.
   *
   * @param kids every other name under which the key was seen
   */
  static List<TargetKey> keysOf(Credential credential, Iterable<String> kids) {
    List<TargetKey> all = new ArrayList<>(keysOf(credential));
    String iss = credential.names().iss();
    if (iss != null) {
      for (String kid : kids) {
        TargetKey key = Key.ofKeyId(iss, kid);
        if (!all.contains(key)) {
          all.add(key);
        }
      }
    }
    return List.copyOf(all);
  }

  /** Parses a wire name; null where there is no such type. */
  static @Nullable Type parseType(String text) {
    for (Type type : Type.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(text)) {
        return type;
      }
    }
    return null;
  }
}
