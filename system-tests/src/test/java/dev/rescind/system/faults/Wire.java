package dev.rescind.system.faults;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over one connection that is kept, for one thread: a question is bytes that were made
 * before, an answer has a {@code Content-Length}. Cheap enough for thousands a second beside a
 * cluster on the same two cores.
 */
final class Wire implements AutoCloseable {
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
  private static final int MAX_HEAD = 16 * 1024;

  private final String host;
  private final int port;
  private final int connectMillis;
  private byte[] buffer = new byte[64 * 1024];
  private @Nullable Socket socket;

  /** A status, the head as text and the body. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Reply(int status, String head, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** The value of a header, or an empty text. */
    String header(String name) {
      int at = find(name);
      return at < 0 ? "" : head.substring(at, head.indexOf('\r', at)).strip();
    }

    private int find(String name) {
      for (int line = head.indexOf('\n') + 1;
          line > 0 && line < head.length();
          line = head.indexOf('\n', line) + 1) {
        if (head.regionMatches(true, line, name, 0, name.length())
            && head.charAt(line + name.length()) == ':') {
          return line + name.length() + 1;
        }
      }
      return -1;
    }
  }

  Wire(String host, int port, int connectMillis) {
    this.host = host;
    this.port = port;
    this.connectMillis = connectMillis;
  }

  static byte[] get(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: rescind\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * A request with a body.
   *
   * @param headers whole lines, each with its line break
   */
  static byte[] request(String line, String headers, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        (line
                + " HTTP/1.1\r\nHost: rescind\r\n"
                + headers
                + "Content-Length: "
                + bytes.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + bytes.length);
    System.arraycopy(bytes, 0, all, head.length, bytes.length);
    return all;
  }

  /** Asks, and waits for the answer; after an error the next question has a new connection. */
  Reply exchange(byte[] request, int timeoutMillis) throws IOException {
    try {
      Socket open = open();
      open.setSoTimeout(timeoutMillis);
      open.getOutputStream().write(request);
      Reply reply = read(open.getInputStream());
      if (reply.header("Connection").equalsIgnoreCase("close")) {
        close();
      }
      return reply;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Socket open() throws IOException {
    Socket present = socket;
    if (present != null) {
      return present;
    }
    Socket fresh = new Socket();
    socket = fresh;
    fresh.setTcpNoDelay(true);
    fresh.connect(new InetSocketAddress(host, port), connectMillis);
    return fresh;
  }

  private Reply read(InputStream in) throws IOException {
    int length = 0;
    int end = -1;
    while (end < 0) {
      int read = in.read(buffer, length, buffer.length - length);
      if (read < 0) {
        throw new EOFException("closed");
      }
      int from = Math.max(0, length - 3);
      length += read;
      end = endOfHead(from, length);
      if (end < 0 && length > MAX_HEAD) {
        throw new IOException("a head of more than " + MAX_HEAD + " bytes");
      }
    }
    String head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
    int status = Integer.parseInt(head.substring(9, 12));
    Reply bare = new Reply(status, head, new byte[0]);
    String contentLength = bare.header("Content-Length");
    int body = contentLength.isEmpty() ? 0 : Integer.parseInt(contentLength);
    if (end + body > buffer.length) {
      buffer = Arrays.copyOf(buffer, end + body);
    }
    while (length < end + body) {
      int read = in.read(buffer, length, end + body - length);
      if (read < 0) {
        throw new EOFException("closed within a body");
      }
      length += read;
    }
    return new Reply(status, head, Arrays.copyOfRange(buffer, end, end + body));
  }

  private int endOfHead(int from, int length) {
    for (int i = from; i + 4 <= length; i++) {
      if (buffer[i] == END_OF_HEAD[0]
          && buffer[i + 1] == END_OF_HEAD[1]
          && buffer[i + 2] == END_OF_HEAD[2]
          && buffer[i + 3] == END_OF_HEAD[3]) {
        return i + 4;
      }
    }
    return -1;
  }

  @Override
  public void close() {
    Socket present = socket;
    socket = null;
    if (present != null) {
      try {
        present.close();
      } catch (IOException e) {
        return; // it is gone either way
      }
    }
  }
}
