package dev.rescind.log;

import dev.rescind.credential.Fingerprint;
import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the log's records.
 *
 * <p>A value is {@code version (1) | kind (1) | payload | tag (36)}. The tag authenticates the key
 * and all before it, whatever the version, so that what is authentic but not understood can be told
 * from what anybody wrote. A key is {@code kind (1)} and then, for a revocation, the fact's id and
 * eight bytes of its payload's digest; for a lift the id of what it lifts; for a barrier the node's
 * name. So compaction lets no fact replace another.
 *
 * <p>A lift's payload is followed, before the tag, by {@code key id (4) | Ed25519 signature (64)}
 * of the key and all before it: the tag shows that a holder of the MAC key wrote the record, as
 * every node is, the signature that a publisher did.
 */
public final class RecordCodec {
  /** No record's value is larger than this, in bytes. */
  public static final int MAX_VALUE = 16 * 1024;

  private static final String DOMAIN = "rescind.revocations";
  private static final int VERSION = 1;
  private static final int REVOKED = 1;
  private static final int LIFTED = 2;
  private static final int BARRIER = 3;
  private static final int MAX_KEYS = 1_000;
  private static final long NO_END = -1;
  private static final int ID_KEY = 17;

  private final MacKeys keys;
  private final LiftKeys lifts;

  public RecordCodec(MacKeys keys, LiftKeys lifts) {
    this.keys = keys;
    this.lifts = lifts;
  }

  /** A record's key and value, as they are in Kafka. */
  @SuppressWarnings("ArrayRecordComponent") // handed from the codec to the client at once
  public record Encoded(byte[] key, byte[] value) {}

  /** What the bytes of a record turn out to be. */
  public sealed interface Decoded {
    /** Authentic and understood. */
    record Read(LogRecord record) implements Decoded {}

    /**
     * A lift that a holder of the MAC key wrote and that names a known lift key; whether a
     * publisher signed it, {@link #verify} says.
     */
    @SuppressWarnings("ArrayRecordComponent") // handed back, never compared
    record Claimed(UUID revocation, byte[] key, byte[] body, byte[] proof) implements Decoded {}

    /** A key whose fact is gone: everything it covered has expired. */
    record Tombstone() implements Decoded {}

    /**
     * Authentic, and of a kind or version that this program does not know: it is not up to date.
     */
    record NotUnderstood(int version, int kind) implements Decoded {}

    /** To be passed over. */
    record Quarantined(Quarantine cause) implements Decoded {}
  }

  /**
   * Encodes a record; a lift is signed, which costs up to a millisecond.
   *
   * @throws IllegalArgumentException when a member is longer than the format allows
   * @throws IllegalStateException for a lift, where there is no key to sign it
   */
  public Encoded encode(LogRecord record) {
    byte[] payload = payload(record);
    byte[] key = keyOf(record, payload);
    byte[] proof = record instanceof LogRecord.Lifted ? lifts.sign(key, payload) : new byte[0];
    byte[] body =
        ByteBuffer.allocate(payload.length + proof.length).put(payload).put(proof).array();
    byte[] value = keys.tagged(DOMAIN, key, body);
    if (value.length > MAX_VALUE) {
      throw new IllegalArgumentException("a record has at most " + MAX_VALUE + " bytes");
    }
    return new Encoded(key, value);
  }

  /** The key under which a record is kept. */
  public static byte[] keyOf(LogRecord record) {
    return keyOf(record, payload(record));
  }

  /** What is signed and authenticated: version, kind and content. */
  private static byte[] payload(LogRecord record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(VERSION);
      if (record instanceof LogRecord.Revoked revoked) {
        out.writeByte(REVOKED);
        writeRevocation(out, revoked.revocation());
      } else if (record instanceof LogRecord.Lifted lifted) {
        out.writeByte(LIFTED);
        writeLift(out, lifted.lift());
      } else {
        out.writeByte(BARRIER);
        writeBarrier(out, ((LogRecord.BarrierWritten) record).barrier());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("an array does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] keyOf(LogRecord record, byte[] payload) {
    if (record instanceof LogRecord.Revoked revoked) {
      byte[] digest = Fingerprint.of(payload).toBytes();
      return key(REVOKED, revoked.revocation().id(), Arrays.copyOf(digest, 8));
    }
    return record instanceof LogRecord.Lifted lifted
        ? key(LIFTED, lifted.lift().revocation(), new byte[0])
        : keyOf(((LogRecord.BarrierWritten) record).barrier());
  }

  private static byte[] keyOf(Barrier barrier) {
    byte[] node = barrier.writer().node().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + node.length).put((byte) BARRIER).put(node).array();
  }

  /**
   * The id that a key of a revocation, or of a lift, names, whoever wrote under it; empty for any
   * other key.
   */
  public static Optional<UUID> revocationOf(byte[] key) {
    boolean names =
        (key.length == ID_KEY + 8 && key[0] == REVOKED)
            || (key.length == ID_KEY && key[0] == LIFTED);
    if (!names) {
      return Optional.empty();
    }
    return Optional.of(idIn(key));
  }

  private static UUID idIn(byte[] key) {
    ByteBuffer id = ByteBuffer.wrap(key, 1, ID_KEY - 1);
    return new UUID(id.getLong(), id.getLong());
  }

  /** Whether a key is that of a barrier, whoever wrote it. */
  public static boolean isOfBarrier(byte @Nullable [] key) {
    return key != null && key.length > 1 && key[0] == BARRIER;
  }

  /** Decodes whatever is in the topic, a lift but for its signature; never throws. */
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null || key.length == 0) {
      return new Decoded.Quarantined(Quarantine.KEY);
    }
    if (value == null) {
      return new Decoded.Tombstone();
    }
    if (value.length > MAX_VALUE || value.length < 2 + MacKeys.TAG_BYTES) {
      return new Decoded.Quarantined(Quarantine.SIZE);
    }
    if (!keys.verifyTagged(DOMAIN, key, value)) {
      return new Decoded.Quarantined(Quarantine.NOT_AUTHENTIC);
    }
    int version = value[0];
    int kind = value[1];
    if (version != VERSION || kind < REVOKED || kind > BARRIER) {
      return new Decoded.NotUnderstood(version, kind);
    }
    int end = value.length - MacKeys.TAG_BYTES;
    return kind == LIFTED ? claimed(key, Arrays.copyOf(value, end)) : understood(value, end);
  }

  private Decoded claimed(byte[] key, byte[] body) {
    if (body.length < 2 + LiftKeys.PROOF_BYTES || key.length != ID_KEY || key[0] != LIFTED) {
      return new Decoded.Quarantined(Quarantine.LIFT_UNSIGNED);
    }
    byte[] proof = Arrays.copyOfRange(body, body.length - LiftKeys.PROOF_BYTES, body.length);
    if (!lifts.knows(proof)) {
      return new Decoded.Quarantined(Quarantine.LIFT_KEY_UNKNOWN);
    }
    return new Decoded.Claimed(
        idIn(key), key, Arrays.copyOf(body, body.length - LiftKeys.PROOF_BYTES), proof);
  }

  /** Looks at the signature of a lift, which costs up to a millisecond; never throws. */
  public Decoded verify(Decoded.Claimed lift) {
    return lifts.verify(lift.proof(), lift.key(), lift.body())
        ? understood(lift.body(), lift.body().length)
        : new Decoded.Quarantined(Quarantine.LIFT_FORGED);
  }

  /** What is spelled up to {@code end}. */
  private static Decoded understood(byte[] bytes, int end) {
    int version = bytes[0];
    int kind = bytes[1];
    DataInputStream in = Wire.read(bytes, 2, end);
    try {
      LogRecord record =
          switch (kind) {
            case REVOKED -> new LogRecord.Revoked(readRevocation(in));
            case LIFTED -> new LogRecord.Lifted(readLift(in));
            default -> new LogRecord.BarrierWritten(readBarrier(in));
          };
      // An authentic record whose payload this program cannot follow was written by a newer one.
      return in.read() < 0 ? new Decoded.Read(record) : new Decoded.NotUnderstood(version, kind);
    } catch (IOException | RuntimeException e) {
      return new Decoded.NotUnderstood(version, kind);
    }
  }

  private static byte[] key(int kind, UUID id, byte[] suffix) {
    return ByteBuffer.allocate(ID_KEY + suffix.length)
        .put((byte) kind)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .put(suffix)
        .array();
  }

  private static void writeRevocation(DataOutputStream out, Revocation revocation)
      throws IOException {
    Wire.writeId(out, revocation.id());
    writeTarget(out, revocation.target());
    out.writeLong(revocation.cutoff().second());
    writeEnd(out, revocation.until());
    out.writeLong(revocation.acceptedAt().toEpochMilli());
    writeEnd(out, revocation.expires());
    Revocation.Circumstances circumstances = revocation.circumstances();
    Wire.writeText(out, circumstances.actor());
    Wire.writeOptional(out, circumstances.reason());
    Fingerprint request = circumstances.request();
    out.writeBoolean(request != null);
    if (request != null) {
      out.write(request.toBytes());
    }
    out.writeBoolean(circumstances.confirm());
  }

  private static void writeEnd(DataOutputStream out, @Nullable Instant end) throws IOException {
    long millis = end == null ? NO_END : end.toEpochMilli();
    if (end != null && millis < 0) {
      throw new IllegalArgumentException("until is not before 1970");
    }
    out.writeLong(millis);
  }

  private static @Nullable Instant readEnd(DataInputStream in) throws IOException {
    long millis = in.readLong();
    if (millis < NO_END) {
      throw new IOException("an end before 1970, which is never written");
    }
    return millis == NO_END ? null : Instant.ofEpochMilli(millis);
  }

  private static Revocation readRevocation(DataInputStream in) throws IOException {
    UUID id = Wire.readId(in);
    Target target = readTarget(in);
    Cutoff cutoff = new Cutoff(in.readLong());
    Instant until = readEnd(in);
    Instant acceptedAt = Instant.ofEpochMilli(in.readLong());
    Instant expires = readEnd(in);
    String actor = Wire.readText(in);
    String reason = Wire.readOptional(in);
    Fingerprint request = in.readBoolean() ? Wire.readFingerprint(in) : null;
    return new Revocation(
        id,
        target,
        cutoff,
        until,
        acceptedAt,
        expires,
        new Revocation.Circumstances(actor, reason, request, in.readBoolean()));
  }

  private static void writeTarget(DataOutputStream out, Target target) throws IOException {
    if (target instanceof Target.Token token) {
      out.writeByte(1);
      out.write(token.fingerprint().toBytes());
    } else if (target instanceof Target.TokenId token) {
      writePair(out, 2, token.iss(), token.jti());
    } else if (target instanceof Target.Grant grant) {
      writePair(out, 3, grant.iss(), grant.grantId());
    } else if (target instanceof Target.Session session) {
      writePair(out, 4, session.iss(), session.sid());
    } else if (target instanceof Target.Subject subject) {
      writePair(out, 5, subject.iss(), subject.sub());
    } else if (target instanceof Target.Client client) {
      writePair(out, 6, client.iss(), client.clientId());
    } else if (target instanceof Target.Issuer issuer) {
      out.writeByte(7);
      Wire.writeText(out, issuer.iss());
    } else if (target instanceof Target.Key key) {
      out.writeByte(8);
      Wire.writeOptional(out, key.iss());
      Wire.writeOptional(out, key.kid());
      out.writeShort(key.jkts().size());
      for (String jkt : key.jkts()) {
        Wire.writeText(out, jkt);
      }
      out.writeBoolean(key.resolved());
    } else if (target instanceof Target.Certificate certificate) {
      out.writeByte(9);
      Wire.writeText(out, certificate.x5tS256());
    }
  }

  private static Target readTarget(DataInputStream in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case 1 -> new Target.Token(Wire.readFingerprint(in));
      case 2 -> new Target.TokenId(Wire.readText(in), Wire.readText(in));
      case 3 -> new Target.Grant(Wire.readText(in), Wire.readText(in));
      case 4 -> new Target.Session(Wire.readText(in), Wire.readText(in));
      case 5 -> new Target.Subject(Wire.readText(in), Wire.readText(in));
      case 6 -> new Target.Client(Wire.readText(in), Wire.readText(in));
      case 7 -> new Target.Issuer(Wire.readText(in));
      case 8 -> {
        String iss = Wire.readOptional(in);
        String kid = Wire.readOptional(in);
        int count = in.readUnsignedShort();
        if (count > MAX_KEYS) {
          throw new IOException("too many keys");
        }
        List<String> jkts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          jkts.add(Wire.readText(in));
        }
        yield new Target.Key(iss, kid, jkts, in.readBoolean());
      }
      case 9 -> new Target.Certificate(Wire.readText(in));
      default -> throw new IOException("target kind " + kind);
    };
  }

  private static void writePair(DataOutputStream out, int kind, String iss, String name)
      throws IOException {
    out.writeByte(kind);
    Wire.writeText(out, iss);
    Wire.writeText(out, name);
  }

  private static void writeLift(DataOutputStream out, Lift lift) throws IOException {
    Wire.writeId(out, lift.revocation());
    out.writeLong(lift.liftedAt().toEpochMilli());
    Wire.writeText(out, lift.actor());
  }

  private static Lift readLift(DataInputStream in) throws IOException {
    return new Lift(Wire.readId(in), Instant.ofEpochMilli(in.readLong()), Wire.readText(in));
  }

  private static void writeBarrier(DataOutputStream out, Barrier barrier) throws IOException {
    Wire.writeText(out, barrier.writer().node());
    Wire.writeText(out, barrier.writer().url());
    Wire.writeText(out, barrier.writer().version());
    out.writeBoolean(barrier.writer().introspects());
    Wire.writeId(out, barrier.incarnation());
    out.writeLong(barrier.sequence());
    out.writeLong(barrier.position());
    Wire.writeText(out, barrier.status().state().name());
    out.writeLong(barrier.status().stalenessMillis());
  }

  private static Barrier readBarrier(DataInputStream in) throws IOException {
    Barrier.Writer writer =
        new Barrier.Writer(
            Wire.readText(in), Wire.readText(in), Wire.readText(in), in.readBoolean());
    UUID incarnation = Wire.readId(in);
    long sequence = in.readLong();
    long position = in.readLong();
    NodeState state = NodeState.valueOf(Wire.readText(in));
    return new Barrier(
        writer, incarnation, sequence, position, new Barrier.Status(state, in.readLong()));
  }
}
