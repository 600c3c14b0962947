package dev.rescind.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/** Certificates made for a test, with their keys on P-256. */
public final class Certificates {
  private Certificates() {}

  /** A certificate and its key. */
  public record Pair(X509Certificate certificate, KeyPair keys) {

    public String certificatePem() {
      try {
        return pem("CERTIFICATE", certificate.getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    public String keyPem() {
      return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** Writes both; returns the certificate's file, the key's being beside it. */
    public Path writeTo(Path certificateFile, Path keyFile) {
      try {
        Files.writeString(certificateFile, certificatePem());
        Files.writeString(keyFile, keyPem());
        return certificateFile;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Signs another's, for loopback and as a client. */
    public Pair issue(String subject, Duration lifetime, GeneralName... names) {
      return make(subject, this, lifetime, names);
    }
  }

  /** One that signs others. */
  public static Pair authority(String subject) {
    return make(subject, null, Duration.ofDays(30));
  }

  /** One that is signed by its own key and no authority. */
  public static Pair selfSigned(String subject, Duration lifetime) {
    return make(subject, null, lifetime);
  }

  /** What a server on loopback goes by. */
  public static GeneralName[] loopback() {
    return new GeneralName[] {
      new GeneralName(GeneralName.dNSName, "localhost"),
      new GeneralName(GeneralName.iPAddress, "127.0.0.1")
    };
  }

  private static Pair make(
      String subject, @Nullable Pair signer, Duration lifetime, GeneralName... names) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      X500Principal name = new X500Principal(subject);
      Instant now = Instant.now();
      Instant begin = now.minus(Duration.ofHours(1));
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              signer == null ? name : signer.certificate().getSubjectX500Principal(),
              new BigInteger(64, new SecureRandom()),
              Date.from(begin),
              Date.from(now.plus(lifetime)),
              name,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(signer == null));
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      return new Pair(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA")
                          .build((signer == null ? keys : signer.keys()).getPrivate()))),
          keys);
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String label, byte[] content) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(label, content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
