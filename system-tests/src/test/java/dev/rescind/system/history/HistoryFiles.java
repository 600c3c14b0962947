package dev.rescind.system.history;

import com.fasterxml.jackson.core.JsonParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a history is kept: what changes answers, which is little, apart from the introspections, so
 * that one pass over either is enough to check them.
 */
final class HistoryFiles {
  private static final int BUFFER = 1 << 16;

  private HistoryFiles() {}

  /** Credentials, revocations and lifts, a line each. */
  static Path facts(Path directory) {
    return directory.resolve("facts.jsonl");
  }

  /** Introspections, a line each. */
  static Path introspections(Path directory) {
    return directory.resolve("introspections.jsonl.gz");
  }

  /** What takes each operation of a file. */
  interface Reader {
    void take(Operation operation);
  }

  static void read(Path file, Reader reader) throws IOException {
    try (InputStream bytes = Files.newInputStream(file);
        InputStream in =
            file.toString().endsWith(".gz")
                ? new GZIPInputStream(bytes, BUFFER)
                : new BufferedInputStream(bytes, BUFFER);
        JsonParser parser = OperationJson.FACTORY.createParser(in)) {
      @Nullable Operation operation;
      while ((operation = OperationJson.read(parser)) != null) {
        reader.take(operation);
      }
    }
  }
}
