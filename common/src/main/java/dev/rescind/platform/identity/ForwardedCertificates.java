package dev.rescind.platform.identity;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The certificates of clients as a proxy that ends TLS passes them on: in {@code Client-Cert} and
 * {@code Client-Cert-Chain} (RFC 9440). They are taken from the proxy's addresses alone: a request
 * from anywhere else that has such a header is refused, whatever else it brings.
 */
public final class ForwardedCertificates implements AuthenticationMethod {
  static final String CLIENT_CERT = "Client-Cert";
  static final String CHAIN = "Client-Cert-Chain";
  private static final int MAX_CHAIN = 8;
  private static final Authentication FOREIGN =
      Authentication.Refused.invalidRequest(
          CLIENT_CERT + " and " + CHAIN + " are taken from the proxy alone");

  private final List<IpSubnetFilterRule> proxies;

  /**
   * @param proxies addresses, or networks as {@code address/prefix}
   * @throws IllegalArgumentException that says which is neither
   */
  public ForwardedCertificates(List<String> proxies) {
    this.proxies = proxies.stream().map(ForwardedCertificates::network).toList();
  }

  private static IpSubnetFilterRule network(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    String prefix = slash < 0 ? "" : text.substring(slash + 1);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null || !(slash < 0 || prefix.matches("[0-9]{1,3}"))) {
      throw new IllegalArgumentException("must be an address, or a network as 10.1.0.0/16");
    }
    int length = slash < 0 ? bytes.length * 8 : Integer.parseInt(prefix);
    if (length > bytes.length * 8) {
      throw new IllegalArgumentException("has more bits than its address");
    }
    try {
      return new IpSubnetFilterRule(
          InetAddress.getByAddress(bytes), length, IpFilterRuleType.ACCEPT);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Whether the request has a certificate that its proxy passed on. */
  boolean isIn(Evidence evidence) {
    return isForwarded(evidence) && isOfAProxy(evidence);
  }

  private static boolean isForwarded(Evidence evidence) {
    return !evidence.headers(CLIENT_CERT).isEmpty() || !evidence.headers(CHAIN).isEmpty();
  }

  private boolean isOfAProxy(Evidence evidence) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(evidence.remoteAddress());
    if (bytes == null) {
      return false;
    }
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
      return proxies.stream().anyMatch(one -> one.matches(address));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The chain that was passed on, the client's own first; empty where it cannot be read. */
  List<X509Certificate> read(Evidence evidence) {
    List<String> own = evidence.headers(CLIENT_CERT);
    if (own.size() != 1) {
      return List.of();
    }
    List<String> all = new ArrayList<>(own);
    for (String header : evidence.headers(CHAIN)) {
      all.addAll(List.of(header.split(",", -1)));
    }
    if (all.size() > MAX_CHAIN) {
      return List.of();
    }
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (String item : all) {
        chain.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(binary(item.strip()))));
      }
      return chain;
    } catch (CertificateException | IllegalArgumentException e) {
      return List.of();
    }
  }

  /** RFC 8941 section 3.3.5. */
  private static byte[] binary(String item) {
    if (item.length() < 2 || !item.startsWith(":") || !item.endsWith(":")) {
      throw new IllegalArgumentException("not a byte sequence");
    }
    return Base64.getDecoder().decode(item.substring(1, item.length() - 1));
  }

  /** Whether somebody else than a proxy claims to be one. */
  @Override
  public boolean isUsedBy(Evidence evidence) {
    return isForwarded(evidence) && !isOfAProxy(evidence);
  }

  /** Refuses. */
  @Override
  public Future<Authentication> authenticate(Evidence evidence) {
    return Future.succeededFuture(FOREIGN);
  }

  @Override
  public Advertised advertised() {
    return new Advertised(List.of(), List.of(), List.of(), List.of());
  }
}
