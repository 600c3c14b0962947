package dev.rescind.log;

import dev.rescind.credential.Fingerprint;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parts that records are spelled with: a text is its length in two bytes, and its UTF-8. */
final class Wire {
  private static final int MAX_TEXT = 4 * 1024;

  private Wire() {}

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
