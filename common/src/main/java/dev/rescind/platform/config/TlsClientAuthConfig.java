package dev.rescind.platform.config;

import dev.rescind.platform.identity.CertificateName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The name by which a caller's certificates are known (RFC 8705 section 2.1.2): exactly one.
 *
 * @param ca path of a PEM file with the authorities that sign its certificates
 * @param subjectDn its subject, as RFC 4514 writes it
 * @param sanDns a DNS name
 * @param sanUri a URI
 * @param sanIp an IPv4 or IPv6 address
 * @param sanEmail an email address
 */
public record TlsClientAuthConfig(
    String ca,
    @Nullable String subjectDn,
    @Nullable String sanDns,
    @Nullable String sanUri,
    @Nullable String sanIp,
    @Nullable String sanEmail) {

  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  public TlsClientAuthConfig {
    List<Named> given = given(subjectDn, sanDns, sanUri, sanIp, sanEmail);
    Check check =
        new Check()
            .that(ca != null, "ca", "must be given")
            .that(
                given.size() == 1,
                "",
                "needs exactly one of subject_dn, san_dns, san_uri, san_ip, san_email");
    for (Named one : given) {
      try {
        one.toName();
      } catch (IllegalArgumentException e) {
        check.that(false, one.kind().wireName(), String.valueOf(e.getMessage()));
      }
    }
    check.done();
  }

  private record Named(CertificateName.Kind kind, String value) {
    CertificateName toName() {
      return new CertificateName(kind, value);
    }
  }

  private static List<Named> given(
      @Nullable String subjectDn,
      @Nullable String sanDns,
      @Nullable String sanUri,
      @Nullable String sanIp,
      @Nullable String sanEmail) {
    return Stream.of(
            named(CertificateName.Kind.SUBJECT_DN, subjectDn),
            named(CertificateName.Kind.SAN_DNS, sanDns),
            named(CertificateName.Kind.SAN_URI, sanUri),
            named(CertificateName.Kind.SAN_IP, sanIp),
            named(CertificateName.Kind.SAN_EMAIL, sanEmail))
        .filter(Objects::nonNull)
        .toList();
  }

  private static @Nullable Named named(CertificateName.Kind kind, @Nullable String value) {
    return value == null ? null : new Named(kind, value);
  }

  /** The one name. */
  CertificateName toName() {
    return given(subjectDn, sanDns, sanUri, sanIp, sanEmail).get(0).toName();
  }

  /**
   * The authorities.
   *
   * @throws IllegalArgumentException where the file is not there, or holds no certificate
   */
  List<X509Certificate> authorities() {
    try (InputStream in = Files.newInputStream(Path.of(ca))) {
      List<X509Certificate> read = new ArrayList<>();
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        if (one instanceof X509Certificate authority) {
          read.add(authority);
        }
      }
      if (!read.isEmpty()) {
        return read;
      }
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException("tls_client_auth.ca is not to be read: " + ca, e);
    }
    throw new IllegalArgumentException("tls_client_auth.ca holds no PEM certificate: " + ca);
  }
}
