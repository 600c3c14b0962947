package dev.rescind.platform.identity;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/**
 * The one name by which the certificates of a client are known, whoever of its authorities signed
 * them (RFC 8705 section 2.1.2).
 */
public record CertificateName(Kind kind, String value) {

  /** Where in a certificate the name is. */
  public enum Kind {
    SUBJECT_DN(0),
    SAN_EMAIL(1),
    SAN_DNS(2),
    SAN_URI(6),
    SAN_IP(7);

    private final int tag;

    /**
     * @param tag of RFC 5280's GeneralName
     */
    Kind(int tag) {
      this.tag = tag;
    }

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws IllegalArgumentException where the value is no name of that kind
   */
  public CertificateName {
    if (value.isEmpty() || value.length() > 1_000) {
      throw new IllegalArgumentException("must have 1 to 1,000 characters");
    }
    if (kind == Kind.SUBJECT_DN) {
      try {
        value = canonical(new X500Principal(value));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("must be a distinguished name (RFC 4514)", e);
      }
    } else if (kind == Kind.SAN_IP) {
      byte[] address = NetUtil.createByteArrayFromIpAddressString(value);
      if (address == null) {
        throw new IllegalArgumentException("must be an IPv4 or IPv6 address");
      }
      value = NetUtil.bytesToIpAddress(address);
    } else if (kind == Kind.SAN_DNS) {
      value = value.toLowerCase(Locale.ROOT);
    }
  }

  private static String canonical(X500Principal name) {
    return name.getName(X500Principal.CANONICAL);
  }

  /** Every name of the kinds asked for that a certificate holds. */
  static Set<CertificateName> of(X509Certificate certificate, Collection<Kind> kinds) {
    return kinds.stream()
        .flatMap(kind -> values(certificate, kind).stream().map(value -> new NameOf(kind, value)))
        .flatMap(NameOf::read)
        .collect(Collectors.toUnmodifiableSet());
  }

  private record NameOf(Kind kind, String value) {
    Stream<CertificateName> read() {
      try {
        return Stream.of(new CertificateName(kind, value));
      } catch (IllegalArgumentException e) {
        return Stream.empty(); // no name that can be configured
      }
    }
  }

  private static List<String> values(X509Certificate certificate, Kind kind) {
    if (kind == Kind.SUBJECT_DN) {
      return List.of(certificate.getSubjectX500Principal().getName());
    }
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> Integer.valueOf(kind.tag).equals(name.get(0)))
              .map(name -> name.get(1))
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  static List<Kind> kinds() {
    return Arrays.asList(Kind.values());
  }
}
