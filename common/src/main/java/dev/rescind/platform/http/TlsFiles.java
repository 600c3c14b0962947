package dev.rescind.platform.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files by which a server proves who it is, and by which it knows its clients.
 *
 * @param certificate the chain, the server's own first
 * @param key PKCS #8, not encrypted
 * @param clientCa who signs clients' certificates; null: whoever
 * @param clients what is asked of clients
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path clientCa, Clients clients) {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  /** TLS 1.3's, and of TLS 1.2's those with forward secrecy and authenticated encryption. */
  private static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** What is asked of clients. */
  public enum Clients {
    /** Nothing. */
    NONE,
    /** A certificate, if they have one. */
    REQUEST,
    /** A certificate; who has none gets no connection. */
    REQUIRED;

    public static Clients parse(String text) {
      return Arrays.stream(values())
          .filter(one -> one.wireName().equals(text))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("must be none, request or required"));
    }

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What the files said when they were read.
   *
   * @param digest of all of them
   * @param notAfter when the server's own certificate ends
   */
  record Content(String digest, ServerSSLOptions options, Instant notAfter) {}

  /**
   * Reads and checks the files: the key is the certificate's.
   *
   * @throws IOException or GeneralSecurityException that names the file, and nothing of the key
   */
  Content read(Vertx vertx) throws IOException, GeneralSecurityException {
    byte[] chain = bytes(certificate);
    byte[] secret = bytes(key);
    byte[] ca = clientCa == null ? new byte[0] : bytes(clientCa);
    PemKeyCertOptions own =
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(chain))
            .addKeyValue(Buffer.buffer(secret));
    X509Certificate first = check(vertx, own);
    ServerSSLOptions options = new ServerSSLOptions();
    options
        .setKeyCertOptions(own)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setUseAlpn(false)
        .setClientAuth(
            switch (clients) {
              case NONE -> ClientAuth.NONE;
              case REQUEST -> ClientAuth.REQUEST;
              case REQUIRED -> ClientAuth.REQUIRED;
            });
    CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
    if (clients != Clients.NONE) {
      options.setTrustOptions(trust(vertx, ca));
    }
    return new Content(digest(chain, secret, ca), options, first.getNotAfter().toInstant());
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException(file + " has more than 1 MiB");
      }
      return bytes;
    }
  }

  /** The server's certificate, whose key was seen to sign for it. */
  private X509Certificate check(Vertx vertx, PemKeyCertOptions own)
      throws GeneralSecurityException {
    for (KeyManager manager : managers(vertx, own)) {
      if (manager instanceof X509KeyManager keys) {
        for (String algorithm : List.of("EC", "RSA", "RSASSA-PSS", "EdDSA")) {
          String[] aliases = keys.getServerAliases(algorithm, null);
          if (aliases != null && aliases.length > 0) {
            X509Certificate[] chain = keys.getCertificateChain(aliases[0]);
            prove(keys.getPrivateKey(aliases[0]), chain[0]);
            return chain[0];
          }
        }
      }
    }
    throw new GeneralSecurityException(certificate + " holds no certificate for " + key);
  }

  private KeyManager[] managers(Vertx vertx, PemKeyCertOptions own)
      throws GeneralSecurityException {
    try {
      return own.getKeyManagerFactory(vertx).getKeyManagers();
    } catch (Exception e) { // it declares no narrower one; its text could show what it read
      throw new GeneralSecurityException(
          certificate + " and " + key + " are not a PEM certificate and its PKCS #8 key", null);
    }
  }

  private void prove(PrivateKey secret, X509Certificate own) throws GeneralSecurityException {
    String name =
        switch (secret.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> secret.getAlgorithm();
        };
    byte[] text = new byte[32];
    Signature signature = Signature.getInstance(name);
    signature.initSign(secret);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(own.getPublicKey());
    signature.update(text);
    if (!verifies(signature, signed)) {
      throw new GeneralSecurityException(key + " is not the key of " + certificate);
    }
  }

  private static boolean verifies(Signature signature, byte[] signed) {
    try {
      return signature.verify(signed);
    } catch (SignatureException e) {
      return false;
    }
  }

  /** Without a CA, TLS proves that a client has its key; whose it is, authentication decides. */
  private TrustOptions trust(Vertx vertx, byte[] ca) throws GeneralSecurityException {
    if (clientCa == null) {
      return TrustOptions.wrap(new AnyClient());
    }
    PemTrustOptions options = new PemTrustOptions().addCertValue(Buffer.buffer(ca));
    try {
      KeyStore anchors = options.loadKeyStore(vertx);
      if (anchors.size() > 0) {
        return options;
      }
    } catch (Exception e) { // it declares no narrower one
      throw new GeneralSecurityException(clientCa + " holds no PEM certificate", e);
    }
    throw new GeneralSecurityException(clientCa + " holds no PEM certificate");
  }

  private static String digest(byte[]... contents) throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (byte[] content : contents) {
      sha256.update((byte) (content.length >>> 16));
      sha256.update((byte) (content.length >>> 8));
      sha256.update((byte) content.length);
      sha256.update(content);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
