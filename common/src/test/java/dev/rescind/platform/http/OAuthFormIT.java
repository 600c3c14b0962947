package dev.rescind.platform.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.ClientSecrets;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.SecretHash;
import dev.rescind.platform.identity.StalePolicy;
import dev.rescind.platform.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F19: requests of OAuth endpoints as bytes on a real socket. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OAuthFormIT {
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
  private static final String BASIC =
      "Authorization: Basic "
          + Base64.getEncoder()
              .encodeToString("gateway:correct horse battery staple".getBytes(UTF_8))
          + "\r\n";
  private static final String PBKDF2 =
      "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI";

  private final Vertx vertx = Vertx.vertx();
  private final CallerAuthenticator authenticator =
      new CallerAuthenticator(
          List.of(
              new ClientSecrets(
                  vertx,
                  List.of(
                      new ClientSecrets.Owner(
                          Identity.parse(
                              "gateway",
                              List.of("introspect"),
                              new Identity.Limits(null, null, null),
                              StalePolicy.REFUSE),
                          List.of(SecretHash.parse(PBKDF2)))))),
          List.of());
  private final HttpServer server =
      vertx.createHttpServer().requestHandler(this::handle).listen(0, "127.0.0.1").await();

  private void handle(HttpServerRequest request) {
    OAuthForm.read(request, authenticator)
        .onSuccess(
            form ->
                request
                    .response()
                    .end(
                        Json.write(
                            Json.object()
                                .put("caller", form.caller().clientId())
                                .put("token", form.parameters().get("token")))))
        .onFailure(
            error -> {
              if (error instanceof OAuthRefusal refusal) {
                refusal.answer(request);
              } else {
                request.response().setStatusCode(500).end();
              }
            });
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  /** Sends bytes and reads until the other side closes. */
  private String exchange(String request) throws IOException {
    return exchange(request.getBytes(UTF_8));
  }

  private String exchange(byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      try {
        out.write(request);
        out.flush();
      } catch (SocketException e) {
        // The other side has had enough; what it answered is there to be read.
      }
      return readAll(socket.getInputStream());
    }
  }

  private static String readAll(InputStream in) throws IOException {
    StringBuilder all = new StringBuilder();
    byte[] chunk = new byte[4096];
    try {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        all.append(new String(chunk, 0, read, UTF_8));
      }
    } catch (SocketException e) {
      // reset after the answer
    }
    return all.toString();
  }

  private static String post(String headers, String body) {
    return "POST /introspect HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        + headers
        + "Content-Length: "
        + body.getBytes(UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  @Test
  void readsAForm_andItsCallerByHeaderOrBody() throws Exception {
    assertThat(exchange(post(FORM + BASIC, "token=a%2Bb")))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("{\"caller\":\"gateway\",\"token\":\"a+b\"}");
    assertThat(
            exchange(
                post(FORM, "token=t&client_id=gateway&client_secret=correct+horse+battery+staple")))
        .endsWith("{\"caller\":\"gateway\",\"token\":\"t\"}");
  }

  @Test
  void reads64KiB_andNotOneByteMore() throws Exception {
    String largest = "token=" + "a".repeat(OAuthForm.MAX_BODY - 6);

    assertThat(exchange(post(FORM + BASIC, largest))).startsWith("HTTP/1.1 200 ");
    assertThat(exchange(post(FORM + BASIC, largest + "a")))
        .startsWith("HTTP/1.1 413 ")
        .contains("\"error\":\"invalid_request\"");
  }

  @Test
  void countsAChunkedBodyAsItComes() throws Exception {
    String chunk = "4000\r\n" + "a".repeat(0x4000) + "\r\n";
    String head =
        "POST /introspect HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + FORM
            + BASIC
            + "Transfer-Encoding: chunked\r\n\r\n";

    assertThat(exchange(head + "6\r\ntoken=\r\n" + chunk + chunk + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(exchange(head + "6\r\ntoken=\r\n" + chunk.repeat(4) + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT"})
  void hangsUp_whenABodyDoesNotEnd(String method) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          (method
                  + " /introspect HTTP/1.1\r\nHost: a\r\n"
                  + FORM
                  + BASIC
                  + "Transfer-Encoding: chunked\r\n\r\n")
              .getBytes(US_ASCII));
      byte[] chunk = ("10000\r\n" + "a".repeat(0x10000) + "\r\n").getBytes(US_ASCII);

      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 4096; i++) {
                  out.write(chunk);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  /** RFC 9110 section 10.1.1: curl, for one, waits a second before it sends the body unasked. */
  @Test
  void asksForTheBody_whenTheClientWaitsToBeAsked() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /introspect HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n"
                  + FORM
                  + BASIC
                  + "Content-Length: 7\r\n\r\n")
              .getBytes(US_ASCII));
      String asked = new String(socket.getInputStream().readNBytes(21), US_ASCII);
      out.write("token=t".getBytes(US_ASCII));

      assertThat(asked).startsWith("HTTP/1.1 100 Continue");
      assertThat(readAll(socket.getInputStream())).contains("HTTP/1.1 200 OK");
    }
  }

  @Test
  void doesNotAskForABodyThatItRefusesUnseen() throws Exception {
    String headers = "Expect: 100-continue\r\nContent-Type: text/plain\r\n";

    assertThat(exchange(post(headers, ""))).startsWith("HTTP/1.1 415 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "TRACE", "PURGE"})
  void takesPostAlone_andSaysSo(String method) throws Exception {
    assertThat(
            exchange(
                method
                    + " /introspect?token=t HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + BASIC
                    + "\r\n"))
        .startsWith("HTTP/1.1 405 ")
        .containsIgnoringCase("\r\nallow: POST\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Content-Type: application/json\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded; charset=iso-8859-1\r\n",
        "Content-Type: application/x-www-form-urlencodedx\r\n",
        "Content-Type: \r\n"
      })
  void takesAFormAlone(String contentType) throws Exception {
    assertThat(exchange(post(contentType + BASIC, "token=t")))
        .startsWith("HTTP/1.1 415 ")
        .contains("\"error\":\"invalid_request\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token=a&token=a",
        "token=a&%74oken=b",
        "token=a&client_id=gateway&client_id=gateway",
        "token=a&x=1&x=2",
        "token=%",
        "token=%ff"
      })
  void refusesAParameterThatIsThereTwiceOrBroken(String body) throws Exception {
    assertThat(exchange(post(FORM + BASIC, body)))
        .startsWith("HTTP/1.1 400 ")
        .contains("\"error\":\"invalid_request\"")
        .doesNotContain("%74oken");
  }

  @Test
  void refusesAHundredThousandFields() throws Exception {
    assertThat(exchange(post(FORM + BASIC, "a=&".repeat(20_000)))).startsWith("HTTP/1.1 400 ");
    assertThat(exchange(post(FORM + BASIC, "a=&".repeat(100_000)))).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void challengesACallerWhoIsNotKnown() throws Exception {
    String wrong =
        "Authorization: Basic "
            + Base64.getEncoder().encodeToString("gateway:wrong".getBytes(UTF_8))
            + "\r\n";
    for (String header : List.of("", wrong, "Authorization: Bearer abc\r\n")) {
      assertThat(exchange(post(FORM + header, "token=t")))
          .startsWith("HTTP/1.1 401 ")
          .containsIgnoringCase("\r\nwww-authenticate: Basic realm=\"rescind\"")
          .contains("\"error\":\"invalid_client\"");
    }
    assertThat(exchange(post(FORM + BASIC, "token=t&client_id=gateway&client_secret=other")))
        .startsWith("HTTP/1.1 401 ");
  }

  @Test
  void takesNoTwoAuthorizations() throws Exception {
    String other =
        "Authorization: Basic "
            + Base64.getEncoder().encodeToString("other:wrong".getBytes(UTF_8))
            + "\r\n";
    assertThat(exchange(post(FORM + BASIC + other, "token=t"))).startsWith("HTTP/1.1 400 ");
    assertThat(exchange(post(FORM + other + BASIC, "token=t"))).startsWith("HTTP/1.1 400 ");
  }

  /** RFC 9112 section 6.3: two lengths, of which an intermediary may have believed the other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 7\r\n",
        "Content-Length: 7\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: gzip, chunked\r\nContent-Length: 7\r\n"
      })
  void refusesARequestOfTwoLengths_andHangsUp(String lengths) throws Exception {
    String smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    String answer =
        exchange(
            "POST /introspect HTTP/1.1\r\nHost: a\r\n"
                + FORM
                + BASIC
                + lengths
                + "\r\n7\r\ntoken=t\r\n0\r\n\r\n"
                + smuggled);

    assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("405");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 7\r\nContent-Length: 8\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +7\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length : 7\r\n"
      })
  void refusesALengthThatIsNone_andHangsUp(String lengths) throws Exception {
    assertThat(
            exchange(
                "POST /introspect HTTP/1.1\r\nHost: a\r\n"
                    + FORM
                    + BASIC
                    + lengths
                    + "\r\ntoken=t"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void refusesHeadersThatDoNotEnd() throws Exception {
    assertThat(
            exchange(
                "POST /introspect HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void keepsNothingOfARequestThatBreaksOff() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /introspect HTTP/1.1\r\nHost: a\r\n"
                      + FORM
                      + BASIC
                      + "Content-Length: 100\r\n\r\ntoken=t")
                  .getBytes(US_ASCII));
    }
    assertThat(exchange(post(FORM + BASIC, "token=t"))).startsWith("HTTP/1.1 200 ");
  }
}
