package dev.rescind.standalone;

import dev.rescind.standalone.cli.ExitCode;
import dev.rescind.standalone.cli.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Where the demo keeps everything, held by one process at a time. The lock is the operating
 * system's and ends with the process, however that ends; the process's id is in the lock's file
 * until it has been released in order.
 */
final class DataDirectory implements AutoCloseable {
  private static final int MAX_ID = 32;

  private final Path path;
  private final FileChannel lock;
  private final boolean abandoned;

  private DataDirectory(Path path, FileChannel lock, boolean abandoned) {
    this.path = path;
    this.lock = lock;
    this.abandoned = abandoned;
  }

  /** Makes the directory where it is missing, and takes it. */
  static DataDirectory take(Path path) throws Failure {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw refused(path + " is not a directory; choose another with --data");
    }
    FileChannel channel = null;
    try {
      for (String name : new String[] {"", "kafka", "config", "logs"}) {
        PrivateFile.directory(path.resolve(name));
      }
      channel =
          FileChannel.open(
              path.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      String holder = read(channel);
      if (lock(channel) == null) {
        channel.close();
        String who = holder.isEmpty() ? "" : " (process " + holder + ")";
        throw refused(path + " is in use by another `rescind up`" + who);
      }
      channel.truncate(0);
      channel.write(ascii(Long.toString(ProcessHandle.current().pid())), 0);
      return new DataDirectory(path, channel, !holder.isEmpty());
    } catch (IOException e) {
      throw refused(path + " cannot be written to (" + reason(e) + "); choose another with --data");
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_ID);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    return text.matches("[0-9]+") ? text : "";
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "nothing can be made there";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file is in its way";
    }
    String reason = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  private static Failure refused(String line) {
    return new Failure(ExitCode.REFUSED, line);
  }

  /** Whether the process that held it before was killed. */
  boolean wasAbandoned() {
    return abandoned;
  }

  Path path() {
    return path;
  }

  Path kafka() {
    return path.resolve("kafka");
  }

  Path config() {
    return path.resolve("config");
  }

  Path environment() {
    return path.resolve("demo.env");
  }

  /** What the launcher's own parts say. */
  Path log() {
    return path.resolve("logs").resolve("rescind.log");
  }

  /** What an introspector in a process of its own says. */
  Path log(int node) {
    return path.resolve("logs").resolve("introspector-" + node + ".log");
  }

  @Override
  public void close() {
    try (lock) {
      lock.truncate(0);
    } catch (IOException e) {
      // The next one waits a little longer for the ports.
    }
  }
}
