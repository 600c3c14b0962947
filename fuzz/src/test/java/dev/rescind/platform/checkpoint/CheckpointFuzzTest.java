package dev.rescind.platform.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rescind.log.MacKeys;
import dev.rescind.revocation.RevocationIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Files of any bytes, and files of any facts that a holder of the key authenticated: the first byte
 * of the input says which.
 */
class CheckpointFuzzTest {
  private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
  private static final int MAX_FACTS = 10_000;
  private static final long NOW = 1_800_000_000_000L;
  private static final UUID TOPIC = new UUID(1, 2);
  private static Path path;

  @BeforeAll
  static void make() throws IOException {
    path = Files.createTempFile("checkpoint", ".fuzz");
  }

  @AfterAll
  static void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  @FuzzTest(maxDuration = "1m")
  void aFileGivesBackWhatIsInIt_orNothing(byte[] data) throws IOException {
    boolean authentic = data.length > 0 && (data[0] & 1) == 1;
    byte[] rest = data.length == 0 ? data : Arrays.copyOfRange(data, 1, data.length);
    if (authentic) {
      writeAuthentic(rest);
    } else {
      Files.write(path, rest);
    }

    CheckpointFile.Found found = new CheckpointFile(path, KEYS).read(MAX_FACTS);

    if (!authentic) {
      // No input holds the MAC of this key, but for those that were written with it.
      assertThat(found).isInstanceOf(CheckpointFile.Found.None.class);
    } else if (found instanceof CheckpointFile.Found.Whole whole) {
      assertThat(whole.topic()).isEqualTo(TOPIC);
      assertThat(whole.start().position()).isEqualTo(7);
      RevocationIndex index = whole.start().index();
      assertThat(index.digest(NOW)).isEqualTo(index.digest(NOW));
      assertThat(index.size()).isLessThanOrEqualTo(MAX_FACTS);
    }
  }

  /** Some of the input in each of a few blocks. */
  private static void writeAuthentic(byte[] content) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(content);
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      BlockWriter blocks = new BlockWriter(file);
      for (int block = 0; block < Footer.BLOCKS; block++) {
        int words = Footer.words(block);
        int entries = in.hasRemaining() && block % 64 == 0 ? in.get() & 3 : 0;
        entries = Math.min(entries, in.remaining() / (words * Long.BYTES));
        long[] block0 = new long[entries * words];
        for (int i = 0; i < block0.length; i++) {
          block0[i] = in.getLong();
        }
        blocks.write(block0, words);
      }
      CheckpointFile.writeAll(file, blocks.footer(TOPIC, 7, NOW).toBytes(KEYS));
    }
  }
}
