package dev.rescind.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.credential.Fingerprint;
import dev.rescind.testing.Certificates;
import io.vertx.core.Vertx;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8705 section 2, and RFC 9440. */
@Timeout(60)
class ClientCertificatesTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Certificates.Pair AUTHORITY = Certificates.authority("CN=clients' ca");
  private static final Certificates.Pair GATEWAY =
      AUTHORITY.issue(
          "CN=gateway, O=Example",
          Duration.ofDays(1),
          new GeneralName(GeneralName.dNSName, "gateway.example"),
          new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://example/gateway"),
          new GeneralName(GeneralName.iPAddress, "192.0.2.7"),
          new GeneralName(GeneralName.rfc822Name, "ops@example.org"));
  private static final Certificates.Pair SELF =
      Certificates.selfSigned("CN=self", Duration.ofDays(1));

  private InstantSource clock = InstantSource.system();

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static Identity identity(String clientId) {
    return Identity.parse(
        clientId, List.of(), new Identity.Limits(null, null, null), StalePolicy.REFUSE);
  }

  private static ClientCertificates.Owner named(String clientId, String kind, String value) {
    CertificateName.Kind of =
        Stream.of(CertificateName.Kind.values())
            .filter(one -> one.wireName().equals(kind))
            .findFirst()
            .orElseThrow();
    return new ClientCertificates.Owner(
        identity(clientId),
        new ClientCertificates.Issued(
            new CertificateName(of, value), List.of(AUTHORITY.certificate())),
        List.of());
  }

  private static ClientCertificates.Owner self(String clientId, Certificates.Pair pair) {
    return new ClientCertificates.Owner(
        identity(clientId), null, List.of(thumbprint(pair.certificate())));
  }

  private static Fingerprint thumbprint(X509Certificate certificate) {
    return Fingerprint.of(encoded(certificate));
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private ClientCertificates method(ClientCertificates.Owner... owners) {
    return method(null, owners);
  }

  private ClientCertificates method(
      @Nullable ForwardedCertificates forwarded, ClientCertificates.Owner... owners) {
    return new ClientCertificates(VERTX, List.of(owners), forwarded, clock);
  }

  private static GivenEvidence proven(Certificates.Pair... chain) {
    return GivenEvidence.none()
        .certificates(Stream.of(chain).map(Certificates.Pair::certificate).toList());
  }

  /** The client_id of whoever was let in; "nobody" where nobody was. */
  private static String caller(AuthenticationMethod method, Evidence evidence) {
    assertThat(method.isUsedBy(evidence)).isTrue();
    Authentication outcome = method.authenticate(evidence).await();
    return outcome instanceof Authentication.Known known ? known.identity().clientId() : "nobody";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "subject_dn|CN=gateway,O=Example",
        "subject_dn|cn=Gateway, o=example",
        "san_dns|gateway.example",
        "san_dns|GATEWAY.example",
        "san_uri|spiffe://example/gateway",
        "san_ip|192.0.2.7",
        "san_email|ops@example.org"
      })
  void knowsACertificateOfAnAuthorityByItsName(String kind, String value) {
    assertThat(caller(method(named("gateway", kind, value)), proven(GATEWAY))).isEqualTo("gateway");
    assertThat(caller(method(named("gateway", kind, value)), proven(GATEWAY, AUTHORITY)))
        .isEqualTo("gateway");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "subject_dn|CN=gateway",
        "subject_dn|O=Example, CN=gateway",
        "san_dns|*.example",
        "san_dns|gateway.example.org",
        "san_uri|spiffe://example/GATEWAY",
        "san_ip|192.0.2.8",
        "san_email|OPS@example.org"
      })
  void knowsNoCertificateByAnotherName(String kind, String value) {
    assertThat(caller(method(named("gateway", kind, value)), proven(GATEWAY))).isEqualTo("nobody");
  }

  @Test
  void refusesTheRightNameOfAWrongAuthority() {
    Certificates.Pair other = Certificates.authority("CN=clients' ca");
    Certificates.Pair forged = other.issue("CN=gateway, O=Example", Duration.ofDays(1));
    ClientCertificates method = method(named("gateway", "subject_dn", "CN=gateway,O=Example"));

    assertThat(caller(method, proven(forged))).isEqualTo("nobody");
    assertThat(caller(method, proven(forged, other))).isEqualTo("nobody");
    assertThat(caller(method, proven(forged, AUTHORITY))).isEqualTo("nobody");
    assertThat(
            caller(
                method,
                proven(Certificates.selfSigned("CN=gateway, O=Example", Duration.ofDays(1)))))
        .isEqualTo("nobody");
  }

  @Test
  void refusesACertificateThatClientsMayNotSignFor() {
    Certificates.Pair authority = AUTHORITY;

    assertThat(caller(method(named("ca", "subject_dn", "CN=clients' ca")), proven(authority)))
        .isEqualTo("nobody");
  }

  @Test
  void refusesACertificateBeforeAndAfterItsTime_alsoOneThatWasGoodBefore() {
    Instant now = Instant.now();
    Instant[] at = {now};
    clock = () -> at[0];
    ClientCertificates method =
        method(named("gateway", "san_dns", "gateway.example"), self("self", SELF));
    assertThat(caller(method, proven(GATEWAY))).isEqualTo("gateway");
    assertThat(caller(method, proven(SELF))).isEqualTo("self");

    for (Duration off : List.of(Duration.ofDays(2), Duration.ofDays(-2))) {
      at[0] = now.plus(off);
      assertThat(caller(method, proven(GATEWAY))).isEqualTo("nobody");
      assertThat(caller(method, proven(SELF))).isEqualTo("nobody");
    }
  }

  @Test
  void knowsASelfSignedCertificateByItself_andNoOtherOfThatName() {
    ClientCertificates method = method(self("self", SELF));

    assertThat(caller(method, proven(SELF))).isEqualTo("self");
    assertThat(caller(method, proven(Certificates.selfSigned("CN=self", Duration.ofDays(1)))))
        .isEqualTo("nobody");
  }

  @Test
  void holdsAClientIdToTheCertificate() {
    ClientCertificates method =
        method(named("gateway", "san_dns", "gateway.example"), self("self", SELF));

    assertThat(caller(method, proven(GATEWAY).parameter("client_id", "gateway")))
        .isEqualTo("gateway");
    assertThat(caller(method, proven(GATEWAY).parameter("client_id", "self"))).isEqualTo("nobody");
    assertThat(caller(method, proven(GATEWAY).parameter("client_id", ""))).isEqualTo("nobody");
  }

  @Test
  void needsAClientId_whereSeveralGoByTheSameCertificate() {
    ClientCertificates method =
        method(
            named("one", "san_dns", "gateway.example"),
            named("two", "subject_dn", "CN=gateway,O=Example"));

    assertThat(caller(method, proven(GATEWAY))).isEqualTo("nobody");
    assertThat(caller(method, proven(GATEWAY).parameter("client_id", "two"))).isEqualTo("two");
  }

  private static String item(Certificates.Pair pair) {
    return ":" + Base64.getEncoder().encodeToString(encoded(pair.certificate())) + ":";
  }

  @Test
  void takesAForwardedCertificateOfTheProxy() {
    ForwardedCertificates forwarded = new ForwardedCertificates(List.of("10.1.0.0/16", "::1"));
    ClientCertificates method =
        method(forwarded, named("gateway", "san_dns", "gateway.example"), self("self", SELF));
    GivenEvidence evidence = GivenEvidence.none().header("Client-Cert", item(GATEWAY));

    for (String proxy : List.of("10.1.255.3", "::1", "0:0:0:0:0:0:0:1")) {
      assertThat(caller(method, evidence.from(proxy))).isEqualTo("gateway");
      assertThat(caller(method, evidence.header("Client-Cert-Chain", item(AUTHORITY)).from(proxy)))
          .isEqualTo("gateway");
      assertThat(forwarded.isUsedBy(evidence.from(proxy))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.2.0.1", "192.0.2.1", "::2", "::ffff:10.2.0.1", "unknown"})
  void refusesAForwardedCertificateOfAnybodyElse(String address) {
    ForwardedCertificates forwarded = new ForwardedCertificates(List.of("10.1.0.0/16", "::1"));
    GivenEvidence evidence =
        GivenEvidence.none().header("Client-Cert", item(GATEWAY)).from(address);

    assertThat(method(forwarded, self("self", SELF)).isUsedBy(evidence)).isFalse();
    assertThat(forwarded.isUsedBy(evidence)).isTrue();
    assertThat(forwarded.authenticate(evidence).await())
        .isInstanceOfSatisfying(
            Authentication.Refused.class, refused -> assertThat(refused.status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "::", "MIIB", ":MIIB:", ":not base64:", "\"text\"", "?1"})
  void refusesAForwardedCertificateThatIsNone(String value) {
    ForwardedCertificates forwarded = new ForwardedCertificates(List.of("10.1.0.0/16"));
    ClientCertificates method = method(forwarded, self("self", SELF));

    assertThat(caller(method, GivenEvidence.none().header("Client-Cert", value).from("10.1.0.1")))
        .isEqualTo("nobody");
  }

  @Test
  void aProxysOwnCertificateIsNotItsClients() {
    ForwardedCertificates forwarded = new ForwardedCertificates(List.of("10.1.0.0/16"));
    ClientCertificates method =
        method(forwarded, self("proxy", SELF), named("gateway", "san_dns", "gateway.example"));

    assertThat(caller(method, proven(SELF).header("Client-Cert", item(GATEWAY)).from("10.1.0.1")))
        .isEqualTo("gateway");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "proxy.example", "10.1.0.0/33", "10.1.0.0/x", "::/129", "10.1"})
  void refusesWhatIsNoNetworkOfAProxy(String text) {
    assertThatThrownBy(() -> new ForwardedCertificates(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tellsOfTheMethodsThatAreInUse() {
    assertThat(method(self("self", SELF)).advertised().methods())
        .containsExactly("self_signed_tls_client_auth");
    assertThat(
            Stream.of(method(self("self", SELF), named("gateway", "san_dns", "a.example")))
                .flatMap(one -> one.advertised().methods().stream())
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("tls_client_auth", "self_signed_tls_client_auth");
  }
}
