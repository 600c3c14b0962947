package dev.rescind.platform.checkpoint;

import dev.rescind.log.MacKeys;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.RevocationIndex;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file with all facts up to a position, and perhaps some of those after it, which changes
 * nothing: they are read again. It is replaced whole, and read only if whole: its footer carries a
 * MAC under the log's keys, and a digest of each block before it.
 */
public final class CheckpointFile {
  private final Path path;
  private final MacKeys keys;

  public CheckpointFile(Path path, MacKeys keys) {
    this.path = path.toAbsolutePath();
    this.keys = keys;
  }

  /** What there is to start from. */
  public sealed interface Found {
    /**
     * A whole checkpoint.
     *
     * @param topic the id of the topic that it was read from
     */
    record Whole(UUID topic, Replica.Start start) implements Found {}

    /** None, or none that can be trusted. */
    record None(String cause) implements Found {}
  }

  public Path path() {
    return path;
  }

  /**
   * Reads the file; whatever is wrong with it is a {@link Found.None}.
   *
   * @param maxFacts as of the index
   */
  public Found read(int maxFacts) {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      Footer footer = Footer.readFrom(file, keys);
      if (footer.entries() > maxFacts) {
        throw new DoubtException("it holds more than index.max_facts");
      }
      RevocationIndex index = new RevocationIndex(maxFacts);
      new BlockReader(file, footer, index).run();
      return new Found.Whole(
          footer.topic(), new Replica.Start(index, footer.position(), footer.logTimeMillis()));
    } catch (NoSuchFileException e) {
      return new Found.None("there is none");
    } catch (DoubtException e) {
      return new Found.None(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Found.None("it cannot be read: " + e);
    }
  }

  /**
   * Replaces the file by what a replica holds now. To be called by one thread at a time; the
   * replica's own goes on meanwhile.
   */
  public void write(UUID topic, Replica replica) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
    try (FileChannel file =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      // Read before the facts are: what comes between is in the file and will be read again.
      long logTimeMillis = replica.logTimeMillis();
      long position = replica.position();
      BlockWriter blocks = new BlockWriter(file);
      for (int part = 0; part < RevocationIndex.PARTS; part++) {
        blocks.write(replica.index().part(part), RevocationIndex.WORDS);
      }
      blocks.write(words(replica.index()), Footer.LIFT_WORDS);
      Footer footer = blocks.footer(topic, position, logTimeMillis);
      writeAll(file, footer.toBytes(keys));
      file.force(true);
    } catch (IOException e) {
      deleteQuietly(temporary, e);
      throw e;
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(directory(), StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  private Path directory() {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private static void deleteQuietly(Path temporary, IOException cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static long[] words(RevocationIndex index) {
    var ids = index.liftedIds();
    long[] words = new long[ids.size() * Footer.LIFT_WORDS];
    int at = 0;
    for (UUID id : ids) {
      words[at++] = id.getMostSignificantBits();
      words[at++] = id.getLeastSignificantBits();
    }
    return words;
  }

  static void writeAll(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  static void readAll(FileChannel file, ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int read = file.read(into, at);
      if (read < 0) {
        throw new EOFException();
      }
      at += read;
    }
    into.flip();
  }

  /** The file is there, and not to be trusted. */
  static final class DoubtException extends Exception {
    private static final long serialVersionUID = 1;

    DoubtException(String cause) {
      super(cause);
    }
  }
}
