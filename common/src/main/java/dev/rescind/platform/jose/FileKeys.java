package dev.rescind.platform.jose;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JWK Set in a file, read again when the file's time or size has changed. */
final class FileKeys implements KeySource {
  private record Read(FileTime modified, long size, List<VerificationKey> keys) {}

  private final Vertx vertx;
  private final Path file;
  private volatile @Nullable Read last;

  FileKeys(Vertx vertx, Path file) {
    this.vertx = vertx;
    this.file = file;
  }

  @Override
  public Future<List<VerificationKey>> fetch() {
    return vertx.executeBlocking(this::read);
  }

  private List<VerificationKey> read() throws IOException, KeyFetchException {
    FileTime modified = Files.getLastModifiedTime(file);
    long size = Files.size(file);
    Read before = last;
    if (before != null && before.modified().equals(modified) && before.size() == size) {
      return before.keys();
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BoundedGet.MAX_BYTES + 1);
    }
    if (bytes.length > BoundedGet.MAX_BYTES) {
      throw new KeyFetchException("file over " + BoundedGet.MAX_BYTES + " bytes");
    }
    List<VerificationKey> keys = JwkReader.readSet(bytes);
    last = new Read(modified, size, keys);
    return keys;
  }
}
