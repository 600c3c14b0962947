package dev.rescind.log;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of credentials, in Kafka and in the grid.
 *
 * <p>A credential is {@code version (1) | payload}; in Kafka a tag (36) follows, which
 * authenticates the key and all before it. The key is the fingerprint and eight bytes of the
 * payload's digest: so compaction lets no registration replace another of the same credential, and
 * the first one counts whenever the topic is read. The partition is the fingerprint's.
 */
public final class CredentialCodec {
  /** No credential is larger than this, in bytes. */
  public static final int MAX_BYTES = 32 * 1024;

  private static final String DOMAIN = "rescind.credentials";
  private static final int VERSION = 1;
  private static final int KEY = Fingerprint.BYTES + 8;
  private static final int MAX_MEMBERS = 24 * 1024;
  private static final int MAX_AUDIENCES = 1_000;

  private final MacKeys keys;

  public CredentialCodec(MacKeys keys) {
    this.keys = keys;
  }

  /** What the bytes of a record turn out to be. */
  public sealed interface Decoded {
    /**
     * Authentic.
     *
     * @param bytes of the credential: {@link #fromBytes}
     * @param exp its end, in seconds since the epoch; null where it has none, or where a newer
     *     program wrote it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once
    record Read(Fingerprint fingerprint, byte[] bytes, @Nullable Long exp) implements Decoded {}

    /** A key whose credential is gone. */
    record Tombstone() implements Decoded {}

    /** To be passed over. */
    record Quarantined(Quarantine cause) implements Decoded {}
  }

  /** The partition in which all registrations of a credential are. */
  public static int partition(Fingerprint fingerprint, int partitions) {
    return Math.floorMod(fingerprint.a(), partitions);
  }

  /**
   * Encodes a record of the topic.
   *
   * @throws IllegalArgumentException when a member is longer than the format allows
   */
  public RecordCodec.Encoded encode(Credential credential) {
    byte[] body = toBytes(credential);
    byte[] key =
        ByteBuffer.allocate(KEY)
            .put(credential.fingerprint().toBytes())
            .put(Fingerprint.of(body).toBytes(), 0, KEY - Fingerprint.BYTES)
            .array();
    return new RecordCodec.Encoded(key, keys.tagged(DOMAIN, key, body));
  }

  /** Decodes whatever is in the topic; never throws. */
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null || key.length != KEY) {
      return new Decoded.Quarantined(Quarantine.KEY);
    }
    if (value == null) {
      return new Decoded.Tombstone();
    }
    if (value.length < 1 + MacKeys.TAG_BYTES || value.length > MAX_BYTES + MacKeys.TAG_BYTES) {
      return new Decoded.Quarantined(Quarantine.SIZE);
    }
    if (!keys.verifyTagged(DOMAIN, key, value)) {
      return new Decoded.Quarantined(Quarantine.NOT_AUTHENTIC);
    }
    byte[] body = Arrays.copyOf(value, value.length - MacKeys.TAG_BYTES);
    Fingerprint fingerprint = Fingerprint.ofDigest(Arrays.copyOf(key, Fingerprint.BYTES));
    Optional<Credential> credential = fromBytes(body);
    if (credential.isPresent() && !credential.get().fingerprint().equals(fingerprint)) {
      return new Decoded.Quarantined(Quarantine.ANOTHERS_KEY);
    }
    return new Decoded.Read(
        fingerprint, body, credential.map(one -> one.validity().exp()).orElse(null));
  }

  /**
   * The bytes of a credential.
   *
   * @throws IllegalArgumentException when a member is longer than the format allows
   */
  public static byte[] toBytes(Credential credential) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(VERSION);
      Wire.writeText(out, credential.type().wireName());
      out.write(credential.fingerprint().toBytes());
      writeNames(out, credential.names());
      writeTime(out, credential.validity().iat());
      writeTime(out, credential.validity().nbf());
      writeTime(out, credential.validity().exp());
      writeBinding(out, credential.binding());
      if (credential.aud().size() > MAX_AUDIENCES) {
        throw new IllegalArgumentException(
            "a credential has at most " + MAX_AUDIENCES + " audiences");
      }
      out.writeShort(credential.aud().size());
      for (String aud : credential.aud()) {
        Wire.writeText(out, aud);
      }
      Wire.writeText(out, credential.members(), MAX_MEMBERS);
    } catch (IOException e) {
      throw new UncheckedIOException("an array does not fail", e);
    }
    if (bytes.size() > MAX_BYTES) {
      throw new IllegalArgumentException("a credential has at most " + MAX_BYTES + " bytes");
    }
    return bytes.toByteArray();
  }

  /** The credential that the bytes spell; empty where a newer program wrote them. */
  public static Optional<Credential> fromBytes(byte[] bytes) {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      if (in.readByte() != VERSION) {
        return Optional.empty();
      }
      CredentialType type = CredentialType.parse(Wire.readText(in)).orElse(null);
      if (type == null) {
        return Optional.empty();
      }
      Fingerprint fingerprint = Wire.readFingerprint(in);
      Credential.Names names = readNames(in);
      Credential.Validity validity =
          new Credential.Validity(readTime(in), readTime(in), readTime(in));
      Credential.Binding binding = readBinding(in);
      int count = in.readUnsignedShort();
      if (count > MAX_AUDIENCES) {
        return Optional.empty();
      }
      List<String> aud = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        aud.add(Wire.readText(in));
      }
      String members = Wire.readText(in, MAX_MEMBERS);
      return in.read() < 0
          ? Optional.of(new Credential(type, fingerprint, names, validity, binding, aud, members))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static void writeNames(DataOutputStream out, Credential.Names names) throws IOException {
    Wire.writeOptional(out, names.iss());
    Wire.writeOptional(out, names.sub());
    Wire.writeOptional(out, names.clientId());
    Wire.writeOptional(out, names.jti());
    Wire.writeOptional(out, names.sid());
    Wire.writeOptional(out, names.grantId());
  }

  private static Credential.Names readNames(DataInputStream in) throws IOException {
    return new Credential.Names(
        Wire.readOptional(in),
        Wire.readOptional(in),
        Wire.readOptional(in),
        Wire.readOptional(in),
        Wire.readOptional(in),
        Wire.readOptional(in));
  }

  private static void writeBinding(DataOutputStream out, Credential.Binding binding)
      throws IOException {
    Wire.writeOptional(out, binding.jkt());
    Wire.writeOptional(out, binding.kid());
    Wire.writeOptional(out, binding.x5tS256());
    Wire.writeOptional(out, binding.registeredBy());
    Fingerprint digest = binding.digest();
    out.writeBoolean(digest != null);
    if (digest != null) {
      out.write(digest.toBytes());
    }
  }

  private static Credential.Binding readBinding(DataInputStream in) throws IOException {
    return new Credential.Binding(
        Wire.readOptional(in),
        Wire.readOptional(in),
        Wire.readOptional(in),
        Wire.readOptional(in),
        in.readBoolean() ? Wire.readFingerprint(in) : null);
  }

  private static void writeTime(DataOutputStream out, @Nullable Long time) throws IOException {
    out.writeBoolean(time != null);
    if (time != null) {
      out.writeLong(time);
    }
  }

  private static @Nullable Long readTime(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readLong() : null;
  }
}
