package dev.rescind.platform.httpsig;

import java.util.Arrays;
import java.util.Base64;

/** A value of a structured field without its parameters (RFC 8941 section 3.3), but no decimal. */
sealed interface BareItem {

  /** As section 4.1.3 of RFC 8941 writes it. */
  String serialized();

  /** A string (section 3.3.3): printable US-ASCII. */
  record Text(String value) implements BareItem {
    @Override
    public String serialized() {
      return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
  }

  /** A token (section 3.3.4). */
  record Token(String value) implements BareItem {
    @Override
    public String serialized() {
      return value;
    }
  }

  /** An integer (section 3.3.1) of at most 15 digits. */
  record Int(long value) implements BareItem {
    @Override
    public String serialized() {
      return Long.toString(value);
    }
  }

  /** A byte sequence (section 3.3.5). */
  @SuppressWarnings("ArrayRecordComponent") // compared by content below
  record Bytes(byte[] value) implements BareItem {
    @Override
    public String serialized() {
      return ':' + Base64.getEncoder().encodeToString(value) + ':';
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Bytes[" + value.length + "]";
    }
  }

  /** A boolean (section 3.3.6). */
  record Bool(boolean value) implements BareItem {
    @Override
    public String serialized() {
      return value ? "?1" : "?0";
    }
  }
}
