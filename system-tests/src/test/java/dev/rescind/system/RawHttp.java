package dev.rescind.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** HTTP as bytes, for what clients do not let one send or see. */
final class RawHttp {
  private static final int TIMEOUT_MILLIS = 20_000;

  private RawHttp() {}

  /** Sends a text and returns everything that comes until the server closes. */
  static String exchange(String url, String request) throws IOException {
    return exchange(url, request, "127.0.0.1");
  }

  /** The same, from an address of this machine. */
  static String exchange(String url, String request, String from) throws IOException {
    URI uri = URI.create(url);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort(), InetAddress.getByName(from), 0)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      InputStream in = socket.getInputStream();
      byte[] chunk = new byte[8192];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        answer.write(chunk, 0, read);
      }
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** The whole answer to an introspection, status line and headers included. */
  static String introspect(String url, String token, Caller caller) throws IOException {
    return introspect(url, token, caller, "127.0.0.1");
  }

  /** The same, asked from an address of this machine. */
  static String introspect(String url, String token, Caller caller, String from)
      throws IOException {
    String body = "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    return exchange(
        url,
        String.join(
            "\r\n",
            List.of(
                "POST /introspect HTTP/1.1",
                "Host: localhost",
                "Authorization: " + caller.basic(),
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Length: " + body.length(),
                "Connection: close",
                "",
                body)),
        from);
  }
}
