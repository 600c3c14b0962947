package dev.rescind.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.testing.Certificates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsListenerIT {
  private static final Certificates.Pair AUTHORITY = Certificates.authority("CN=test ca");
  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Path certificate;
  private Path key;

  @BeforeEach
  void writeFiles() throws IOException {
    certificate = directory.resolve("server.crt");
    key = directory.resolve("server.key");
    Files.writeString(directory.resolve("ca.crt"), AUTHORITY.certificatePem());
    server("CN=first", Duration.ofDays(30)).writeTo(certificate, key);
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static Certificates.Pair server(String subject, Duration lifetime) {
    return AUTHORITY.issue(subject, lifetime, Certificates.loopback());
  }

  private HttpListener listener(TlsFiles.Clients clients, boolean ca) {
    return new HttpListener(
        vertx,
        "test",
        new HttpListener.Place(
            SocketAddress.inetSocketAddress(0, "127.0.0.1"),
            new TlsFiles(certificate, key, ca ? directory.resolve("ca.crt") : null, clients)),
        1,
        new HttpListener.Limits(64, 64, Duration.ofSeconds(10), Duration.ofSeconds(60)),
        metrics);
  }

  private int listen(HttpListener listener) {
    return listener
        .listen(
            request ->
                request
                    .response()
                    .end(Integer.toString(RequestEvidence.certificatesOf(request).size())))
        .await()
        .actualPort();
  }

  private static SSLSocket connect(int port, Certificates.@Nullable Pair client, String... versions)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", AUTHORITY.certificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (client != null) {
      own.setKeyEntry(
          "own",
          client.keys().getPrivate(),
          new char[0],
          new X509Certificate[] {client.certificate()});
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(10_000);
    if (versions.length > 0) {
      socket.setEnabledProtocols(versions);
    }
    return socket;
  }

  /** The answer's body: one digit, how many certificates the server saw. */
  private static char ask(SSLSocket socket) throws IOException {
    String answer = answer(socket);
    return answer.charAt(answer.length() - 1);
  }

  private static String answer(SSLSocket socket) throws IOException {
    socket.getOutputStream().write(REQUEST);
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().matches("(?s).*\r\n\r\n.")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed after: " + answer);
      }
      answer.append((char) next);
    }
    assertThat(answer.toString()).startsWith("HTTP/1.1 200");
    return answer.toString();
  }

  private static String subject(SSLSocket socket) throws IOException {
    return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  @Test
  void speaksTls13And12_andNothingOlder() throws Exception {
    int port = listen(listener(TlsFiles.Clients.NONE, false));

    for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
      try (SSLSocket socket = connect(port, null, version)) {
        assertThat(ask(socket)).isEqualTo('0');
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      }
    }
    assertThat(answerToTls11(port)).as("an alert: protocol_version").endsWith(2, 70);
  }

  /** Java no longer speaks it: the ClientHello (RFC 4346 section 7.4.1.2) is written by hand. */
  private static byte[] answerToTls11(int port) throws IOException {
    byte[] hello = new byte[50];
    byte[] head = {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2};
    System.arraycopy(head, 0, hello, 0, head.length);
    byte[] tail = {0, 0, 2, (byte) 0xc0, 9, 1, 0}; // no session, one cipher suite, no compression
    System.arraycopy(tail, 0, hello, head.length + 32, tail.length);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(hello);
      return socket.getInputStream().readNBytes(7);
    }
  }

  @Test
  void tellsBrowsersToComeByTlsAlone() throws Exception {
    int port = listen(listener(TlsFiles.Clients.NONE, false));

    try (SSLSocket socket = connect(port, null)) {
      assertThat(answer(socket))
          .containsIgnoringCase("\r\nStrict-Transport-Security: max-age=31536000\r\n");
    }
  }

  @Test
  void takesNoCipherSuiteWithoutForwardSecrecy() throws Exception {
    int port = listen(listener(TlsFiles.Clients.NONE, false));

    try (SSLSocket socket = connect(port, null, "TLSv1.2")) {
      socket.setEnabledCipherSuites(
          new String[] {
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"
          });
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void newConnectionsSeeARenewedCertificate_andOldOnesGoOn() throws Exception {
    int port = listen(listener(TlsFiles.Clients.NONE, false));
    try (SSLSocket old = connect(port, null)) {
      ask(old);

      server("CN=second", Duration.ofDays(30)).writeTo(certificate, key);

      awaitSubject(port, "CN=second");
      assertThat(ask(old)).isEqualTo('0');
      assertThat(subject(old)).isEqualTo("CN=first");
    }
  }

  @Test
  void keepsTheOldCertificate_andSaysWhy_whenTheNewOneIsNotTheKeys() throws Exception {
    HttpListener listener = listener(TlsFiles.Clients.NONE, false);
    int port = listen(listener);

    Files.writeString(certificate, server("CN=other", Duration.ofDays(30)).certificatePem());

    while (listener.warnings().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(listener.warnings()).singleElement().asString().contains("is not the key of");
    assertThat(metrics.get("rescind.tls.renewal.failures").functionCounter().count()).isPositive();
    try (SSLSocket socket = connect(port, null)) {
      ask(socket);
      assertThat(subject(socket)).isEqualTo("CN=first");
    }
  }

  @Test
  void warnsOfACertificateThatEndsSoon() throws Exception {
    server("CN=short", Duration.ofDays(3)).writeTo(certificate, key);

    HttpListener listener = listener(TlsFiles.Clients.NONE, false);

    assertThat(listener.warnings()).singleElement().asString().contains("the certificate ends at");
    assertThat(metrics.get("rescind.tls.certificate.expires.seconds").gauge().value())
        .isBetween(2.0 * 86_400, 3.0 * 86_400);
  }

  @Test
  void doesNotStartWithoutItsFiles() throws Exception {
    Files.delete(key);

    assertThatThrownBy(() -> listener(TlsFiles.Clients.NONE, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test.tls: ")
        .hasMessageContaining("server.key is not there");
  }

  @Test
  void asksForACertificate_andTakesAnyOrNone_whereItIsOnlyRequested() throws Exception {
    int port = listen(listener(TlsFiles.Clients.REQUEST, false));

    try (SSLSocket without = connect(port, null);
        SSLSocket with = connect(port, Certificates.selfSigned("CN=client", Duration.ofDays(1)))) {
      assertThat(ask(without)).isEqualTo('0');
      assertThat(ask(with)).isEqualTo('1');
    }
  }

  @Test
  void letsNobodyInWithoutACertificateOfTheAuthority_whereItIsRequired() throws Exception {
    int port = listen(listener(TlsFiles.Clients.REQUIRED, true));

    try (SSLSocket of = connect(port, AUTHORITY.issue("CN=client", Duration.ofDays(1)))) {
      assertThat(ask(of)).isEqualTo('1');
    }
    try (SSLSocket without = connect(port, null);
        SSLSocket foreign =
            connect(port, Certificates.selfSigned("CN=client", Duration.ofDays(1)))) {
      assertThatThrownBy(() -> ask(without)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ask(foreign)).isInstanceOf(IOException.class);
    }
  }

  private static void awaitSubject(int port, String expected) throws Exception {
    while (true) {
      try (SSLSocket socket = connect(port, null)) {
        socket.startHandshake();
        if (subject(socket).equals(expected)) {
          return;
        }
      }
    }
  }
}
