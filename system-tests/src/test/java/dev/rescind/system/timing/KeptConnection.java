package dev.rescind.system.timing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One connection, on which one request after the other is answered by the inactive answer. */
final class KeptConnection implements AutoCloseable {
  private static final byte[] END =
      "\r\n\r\n{\"active\":false}".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final InputStream in;
  private final byte[] answer = new byte[4_096];

  KeptConnection(URI url) throws IOException {
    socket = new Socket(url.getHost(), url.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    in = socket.getInputStream();
  }

  /** Nanoseconds from the request's first byte to the answer's last. */
  long time(byte[] request) throws IOException {
    long start = System.nanoTime();
    socket.getOutputStream().write(request);
    int length = 0;
    while (!ends(length)) {
      int read = in.read(answer, length, answer.length - length);
      if (read <= 0) {
        throw new EOFException(
            "not the inactive answer: "
                + new String(answer, 0, length, StandardCharsets.ISO_8859_1));
      }
      length += read;
    }
    return System.nanoTime() - start;
  }

  private boolean ends(int length) {
    return length >= END.length
        && Arrays.equals(answer, length - END.length, length, END, 0, END.length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
