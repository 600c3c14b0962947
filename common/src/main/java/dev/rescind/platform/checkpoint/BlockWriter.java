package dev.rescind.platform.checkpoint;

import dev.rescind.credential.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.UUID;

/** Writes a checkpoint's blocks one after the other: their words, the lowest byte first. */
final class BlockWriter {
  private final FileChannel file;
  private final int[] counts = new int[Footer.BLOCKS];
  private final ByteBuffer digests = ByteBuffer.allocate(Footer.BLOCKS * Footer.DIGEST);
  private final MessageDigest sha256 = Sha256.digest();
  private int block;

  BlockWriter(FileChannel file) {
    this.file = file;
  }

  void write(long[] words, int wordsOfAnEntry) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(words);
    digests.put(sha256.digest(bytes.array()));
    counts[block++] = words.length / wordsOfAnEntry;
    CheckpointFile.writeAll(file, bytes);
  }

  Footer footer(UUID topic, long position, long logTimeMillis) {
    return new Footer(topic, position, logTimeMillis, counts, digests.array());
  }
}
