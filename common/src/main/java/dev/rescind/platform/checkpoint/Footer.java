package dev.rescind.platform.checkpoint;

import dev.rescind.log.MacKeys;
import dev.rescind.platform.checkpoint.CheckpointFile.DoubtException;
import dev.rescind.revocation.RevocationIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.UUID;

/**
 * The end of a checkpoint, which says what is before it: {@code magic (8) | version (4) | topic id
 * (16) | position (8) | log time (8) | entries of each block (4) | SHA-256 of each block (32) | tag
 * (36)}. The blocks are the parts of the index and then the lifted ids.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Footer(UUID topic, long position, long logTimeMillis, int[] counts, byte[] digests) {
  static final int BLOCKS = RevocationIndex.PARTS + 1;
  static final int LIFTS = RevocationIndex.PARTS;
  static final int LIFT_WORDS = 2;
  static final int DIGEST = 32;

  private static final long MAGIC = 0x52657363496e6478L; // RescIndx
  private static final int VERSION = 1;
  private static final String DOMAIN = "rescind.checkpoint";
  private static final int BODY = 8 + 4 + 16 + 8 + 8 + BLOCKS * (4 + DIGEST);
  private static final int LENGTH = BODY + MacKeys.TAG_BYTES;

  ByteBuffer toBytes(MacKeys keys) {
    ByteBuffer body =
        ByteBuffer.allocate(BODY)
            .putLong(MAGIC)
            .putInt(VERSION)
            .putLong(topic.getMostSignificantBits())
            .putLong(topic.getLeastSignificantBits())
            .putLong(position)
            .putLong(logTimeMillis);
    body.asIntBuffer().put(counts);
    body.position(BODY - digests.length).put(digests);
    byte[] tag = keys.tag(DOMAIN, body.array());
    return ByteBuffer.allocate(LENGTH).put(body.array()).put(tag).flip();
  }

  /** The footer of a file that has as many bytes before it as it says. */
  static Footer readFrom(FileChannel file, MacKeys keys) throws IOException, DoubtException {
    long start = file.size() - LENGTH;
    if (start < 0) {
      throw new DoubtException("it is too short");
    }
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    CheckpointFile.readAll(file, bytes, start);
    byte[] body = Arrays.copyOf(bytes.array(), BODY);
    byte[] tag = Arrays.copyOfRange(bytes.array(), BODY, LENGTH);
    if (!keys.verify(tag, DOMAIN, body)) {
      throw new DoubtException("it does not end with a MAC under log_keys.mac_keys");
    }
    if (bytes.getLong() != MAGIC || bytes.getInt() != VERSION) {
      throw new DoubtException("it is of another version");
    }
    UUID topic = new UUID(bytes.getLong(), bytes.getLong());
    long position = bytes.getLong();
    long logTimeMillis = bytes.getLong();
    int[] counts = new int[BLOCKS];
    for (int block = 0; block < BLOCKS; block++) {
      counts[block] = bytes.getInt();
    }
    byte[] digests = new byte[BLOCKS * DIGEST];
    bytes.get(digests);
    Footer footer = new Footer(topic, position, logTimeMillis, counts, digests);
    if (footer.offset(BLOCKS) != start) {
      throw new DoubtException("its length is not what it says");
    }
    return footer;
  }

  static int words(int block) {
    return block == LIFTS ? LIFT_WORDS : RevocationIndex.WORDS;
  }

  int bytes(int block) {
    return counts[block] * words(block) * Long.BYTES;
  }

  /** Where a block begins in the file. */
  long offset(int block) {
    long offset = 0;
    for (int before = 0; before < block; before++) {
      offset += bytes(before);
    }
    return offset;
  }

  /** Of all blocks. */
  long entries() {
    return Arrays.stream(counts).asLongStream().sum();
  }

  boolean isDigest(int block, byte[] digest) {
    return Arrays.equals(digest, 0, DIGEST, digests, block * DIGEST, block * DIGEST + DIGEST);
  }
}
