package dev.rescind.platform.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file of UTF-8 text that is read whole. */
final class ValueFile {
  /** The most that a file with one value, or one list, can hold. */
  static final int MAX_BYTES = 64 * 1024;

  /** Why a file cannot be read; says neither its path nor what it holds. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableException(String message) {
      super(message, null, false, false);
    }
  }

  private ValueFile() {}

  /** The text of a file, without the newline that ends it. */
  static String read(String path, FilesRead read) throws UnreadableException {
    Path file;
    try {
      file = Path.of(path);
    } catch (InvalidPathException e) {
      throw new UnreadableException("is not a path");
    }
    read.add(file);
    String text = read(file, MAX_BYTES, "64 KiB");
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  /** All the text of a file. */
  static String read(Path file, int maxBytes, String limit) throws UnreadableException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(maxBytes + 1);
    } catch (NoSuchFileException e) {
      throw new UnreadableException("does not exist");
    } catch (IOException e) {
      throw new UnreadableException("cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    if (bytes.length > maxBytes) {
      throw new UnreadableException("is larger than " + limit);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableException("is not UTF-8");
    }
  }
}
