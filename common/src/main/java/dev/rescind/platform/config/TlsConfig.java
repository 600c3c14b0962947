package dev.rescind.platform.config;

import dev.rescind.platform.http.TlsFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a server proves itself with, and what it asks of clients; read again when the files change.
 *
 * @param certificate path of a PEM file with the chain, the server's own first
 * @param key path of a PEM file with the key: PKCS #8, not encrypted
 * @param clientCa path of a PEM file with whoever may sign the certificates that are required
 * @param clientCertificates what is asked of clients
 */
public record TlsConfig(
    String certificate,
    String key,
    @Nullable String clientCa,
    @Default("none") String clientCertificates) {

  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public TlsConfig {
    new Check()
        .that(certificate != null, "certificate", "must be given")
        .that(key != null, "key", "must be given")
        .that(
            isKnown(clientCertificates), "client_certificates", "must be none, request or required")
        .that(
            clientCa == null || clientCertificates.equals("required"),
            "client_ca",
            "is of no use where client_certificates is not required")
        .done();
  }

  private static boolean isKnown(String clients) {
    try {
      TlsFiles.Clients.parse(clients);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  TlsFiles toFiles() {
    return new TlsFiles(
        Path.of(certificate),
        Path.of(key),
        clientCa == null ? null : Path.of(clientCa),
        TlsFiles.Clients.parse(clientCertificates));
  }
}
