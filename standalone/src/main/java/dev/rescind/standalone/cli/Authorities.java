package dev.rescind.standalone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whom the command line trusts to say who a server is: the authorities of the PEM file that {@code
 * RESCIND_CA_FILE} names and no other, or Java's own where it names none.
 */
final class Authorities {
  static final String VARIABLE = "RESCIND_CA_FILE";

  private Authorities() {}

  /** What connections are made by; empty for Java's own. */
  static Optional<SSLSocketFactory> of(Environment environment) throws Failure {
    Optional<String> file = environment.get(VARIABLE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(Path.of(file.get()))) {
      return Optional.of(
          trusting(CertificateFactory.getInstance("X.509").generateCertificates(in)));
    } catch (IOException | GeneralSecurityException e) {
      throw Failure.usage(VARIABLE + " names no PEM file of certificates that can be read");
    }
  }

  private static SSLSocketFactory trusting(Collection<? extends Certificate> authorities)
      throws IOException, GeneralSecurityException {
    if (authorities.isEmpty()) {
      throw new GeneralSecurityException("no certificate");
    }
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (Certificate authority : authorities) {
      trusted.setCertificateEntry("ca-" + trusted.size(), authority);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }
}
