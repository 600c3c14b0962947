package dev.rescind.platform.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rescind.credential.Fingerprint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code tls_client_auth} and {@code self_signed_tls_client_auth} (RFC 8705 sections 2.1 and 2.2):
 * by the certificate whose key the client proved to hold in the handshake, with this server or with
 * a proxy that is trusted to say so. Where the request has a {@code client_id}, it must be the
 * certificate's; where it has none, the certificate alone must tell.
 */
public final class ClientCertificates implements AuthenticationMethod {
  private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);
  private static final Authentication REFUSED =
      Authentication.Refused.invalidClient("Basic realm=\"rescind\", charset=\"UTF-8\"");

  /** RFC 5280 section 4.2.1.12: for clients, or for anything. */
  private static final Set<String> CLIENT_USAGES = Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

  private static final int MAX_CHAIN = 8;

  /** How many different certificates were validated lately, and for how long that holds. */
  private static final int REMEMBERED = 10_000;

  private static final Duration HOLDS = Duration.ofMinutes(5);

  /**
   * Who is known by certificates.
   *
   * @param issued certificates that authorities sign; null: none
   * @param selfSigned the certificates themselves, by SHA-256
   */
  public record Owner(Identity identity, @Nullable Issued issued, List<Fingerprint> selfSigned) {
    public Owner {
      selfSigned = List.copyOf(selfSigned);
    }
  }

  /** Certificates by the name in them, and by who may sign them. */
  public record Issued(CertificateName name, List<X509Certificate> authorities) {
    public Issued {
      authorities = List.copyOf(authorities);
    }
  }

  private record Validated(Fingerprint thumbprint, Identity identity) {}

  private final Vertx vertx;
  private final @Nullable ForwardedCertificates forwarded;
  private final InstantSource clock;
  private final Map<CertificateName, Set<Owner>> byName = new HashMap<>();
  private final Map<Fingerprint, Set<Owner>> bySelf = new HashMap<>();
  private final Cache<Validated, Instant> validated =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  /**
   * @param forwarded how a proxy tells what was proven to it; null: there is none
   */
  public ClientCertificates(
      Vertx vertx,
      List<Owner> owners,
      @Nullable ForwardedCertificates forwarded,
      InstantSource clock) {
    this.vertx = vertx;
    this.forwarded = forwarded;
    this.clock = clock;
    for (Owner owner : owners) {
      if (owner.issued() != null) {
        byName.computeIfAbsent(owner.issued().name(), name -> new LinkedHashSet<>()).add(owner);
      }
      for (Fingerprint one : owner.selfSigned()) {
        bySelf.computeIfAbsent(one, none -> new LinkedHashSet<>()).add(owner);
      }
    }
  }

  @Override
  public boolean isUsedBy(Evidence evidence) {
    return !evidence.certificates().isEmpty() || (forwarded != null && forwarded.isIn(evidence));
  }

  @Override
  public Future<Authentication> authenticate(Evidence evidence) {
    List<X509Certificate> chain =
        forwarded != null && forwarded.isIn(evidence)
            ? forwarded.read(evidence)
            : evidence.certificates();
    if (chain.isEmpty() || chain.size() > MAX_CHAIN) {
      return Future.succeededFuture(REFUSED);
    }
    X509Certificate own = chain.get(0);
    Fingerprint thumbprint;
    try {
      thumbprint = Fingerprint.of(own.getEncoded());
    } catch (CertificateEncodingException e) {
      return Future.succeededFuture(REFUSED);
    }
    String clientId = evidence.parameter("client_id");
    Owner bySelf = one(this.bySelf.getOrDefault(thumbprint, Set.of()), clientId);
    if (bySelf != null) {
      return Future.succeededFuture(isCurrent(own) ? known(bySelf) : REFUSED);
    }
    Set<Owner> named = new LinkedHashSet<>();
    if (!this.byName.isEmpty()) {
      for (CertificateName name : CertificateName.of(own, CertificateName.kinds())) {
        named.addAll(this.byName.getOrDefault(name, Set.of()));
      }
    }
    Owner byName = one(named, clientId);
    Issued issued = byName == null ? null : byName.issued();
    if (byName == null || issued == null) {
      return Future.succeededFuture(REFUSED);
    }
    Validated question = new Validated(thumbprint, byName.identity());
    Instant since = validated.getIfPresent(question);
    if (since != null && clock.instant().isBefore(since.plus(HOLDS)) && isCurrent(own)) {
      return Future.succeededFuture(known(byName));
    }
    return vertx
        .executeBlocking(() -> isSigned(chain, issued.authorities()), false)
        .otherwise(false)
        .map(
            signed -> {
              if (signed) {
                validated.put(question, clock.instant());
              }
              return signed ? known(byName) : REFUSED;
            });
  }

  private static Authentication known(Owner owner) {
    return new Authentication.Known(owner.identity());
  }

  /** The only one, or the only one of that client_id; null where there is none. */
  private static @Nullable Owner one(Set<Owner> owners, @Nullable String clientId) {
    Owner found = null;
    for (Owner owner : owners) {
      if (clientId == null || clientId.equals(owner.identity().clientId())) {
        if (found != null) {
          return null; // it does not tell
        }
        found = owner;
      }
    }
    return found;
  }

  private boolean isCurrent(X509Certificate certificate) {
    try {
      certificate.checkValidity(Date.from(clock.instant()));
      return true;
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      return false;
    }
  }

  /** RFC 5280 section 6, without revocation lists: whom to let in no more is configured here. */
  private boolean isSigned(List<X509Certificate> chain, List<X509Certificate> authorities) {
    try {
      List<String> usages = chain.get(0).getExtendedKeyUsage();
      if (usages != null && usages.stream().noneMatch(CLIENT_USAGES::contains)) {
        return false;
      }
      List<X509Certificate> path = new ArrayList<>(chain);
      path.removeAll(authorities);
      if (path.isEmpty()) {
        return false; // an authority is nobody's client
      }
      PKIXParameters parameters =
          new PKIXParameters(
              authorities.stream()
                  .map(one -> new TrustAnchor(one, null))
                  .collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(clock.instant()));
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return true;
    } catch (GeneralSecurityException e) {
      LOG.debug("A client's certificate is not of an authority: {}", e.getMessage());
      return false;
    }
  }

  @Override
  public Advertised advertised() {
    List<String> methods = new ArrayList<>();
    if (!byName.isEmpty()) {
      methods.add("tls_client_auth");
    }
    if (!bySelf.isEmpty()) {
      methods.add("self_signed_tls_client_auth");
    }
    return new Advertised(methods, List.of(), List.of(), List.of());
  }
}
