package dev.rescind.platform.grid;

import dev.rescind.replica.CredentialStore.Progress;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A partition's progress as the grid keeps it: {@code loader (16) | offset (8) | loaded (1)}. */
final class ProgressBytes {
  private static final int BYTES = 25;

  private ProgressBytes() {}

  static byte[] of(Progress progress) {
    return ByteBuffer.allocate(BYTES)
        .putLong(progress.loader().getMostSignificantBits())
        .putLong(progress.loader().getLeastSignificantBits())
        .putLong(progress.offset())
        .put((byte) (progress.loaded() ? 1 : 0))
        .array();
  }

  /** Null for what is not there, or no progress. */
  static @Nullable Progress parse(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length != BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Progress(new UUID(in.getLong(), in.getLong()), in.getLong(), in.get() == 1);
  }
}
