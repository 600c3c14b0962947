package dev.rescind.log;

import dev.rescind.credential.Fingerprint;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parts that records are spelled with: a text is its length in two bytes, and its UTF-8. */
final class Wire {
  private static final int MAX_TEXT = 4 * 1024;

  /** A part of an array; that of {@code java.io} takes a lock for each byte. */
  private static final class Bytes extends InputStream {
    private final byte[] bytes;
    private final int to;
    private int next;

    Bytes(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.next = from;
      this.to = to;
    }

    @Override
    public int read() {
      return next < to ? bytes[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (next >= to && length > 0) {
        return -1;
      }
      int count = Math.min(length, to - next);
      System.arraycopy(bytes, next, into, offset, count);
      next += count;
      return count;
    }
  }

  private Wire() {}

  static DataInputStream read(byte[] bytes, int from, int to) {
    return new DataInputStream(new Bytes(bytes, from, to));
  }

  static void writeId(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  static UUID readId(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }

  static Fingerprint readFingerprint(DataInputStream in) throws IOException {
    return new Fingerprint(in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }

  static void writeText(DataOutputStream out, String text) throws IOException {
    writeText(out, text, MAX_TEXT);
  }

  /** A text of at most {@code max} bytes, itself at most 65,535. */
  static void writeText(DataOutputStream out, String text, int max) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > max) {
      throw new IllegalArgumentException("a member has at most " + max + " bytes");
    }
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  static String readText(DataInputStream in) throws IOException {
    return readText(in, MAX_TEXT);
  }

  static String readText(DataInputStream in, int max) throws IOException {
    int length = in.readUnsignedShort();
    if (length > max) {
      throw new IOException("member too long");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static void writeOptional(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      writeText(out, text);
    }
  }

  static @Nullable String readOptional(DataInputStream in) throws IOException {
    return in.readBoolean() ? readText(in) : null;
  }
}
