package dev.rescind.system.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of limited size at a directory, which can be filled. */
final class SmallDisk implements AutoCloseable {
  private static final String SIZE = "640m";

  private final Path directory;
  private final Path ballast;

  /**
   * Mounts it; see {@link #missing} first.
   *
   * @param directory made if it is missing
   */
  SmallDisk(Path directory) throws IOException {
    this.directory = directory;
    this.ballast = directory.resolve("ballast");
    Files.createDirectories(directory);
    Shell.must("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", directory.toString());
  }

  /** What stands in the way of one here; empty where nothing does. */
  static String missing() {
    return "root".equals(System.getProperty("user.name")) ? "" : "this process is not root";
  }

  /** Lets go of whatever an earlier run mounted there. */
  static void forget(Path directory) {
    if (missing().isEmpty() && Files.exists(directory)) {
      Shell.run("umount", "-l", directory.toString());
    }
  }

  /** Leaves no byte free. */
  void fill() throws IOException {
    byte[] block = new byte[64 * 1024];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (Files.size(ballast) == 0) {
        throw e;
      }
    }
  }

  void free() throws IOException {
    Files.deleteIfExists(ballast);
  }

  @Override
  public void close() {
    forget(directory);
  }
}
