package dev.rescind.platform.jose;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which addresses may be connected to: every one that is of the public Internet, and of the others
 * (loopback, link-local with the clouds' metadata services, private, shared, reserved: IANA's
 * special-purpose registries, RFC 6890) those that are listed, by network or by host name.
 */
public final class PrivateAddresses {
  private static final int V4 = 4;

  /** Networks that are not globally reachable. */
  private static final List<Network> NOT_PUBLIC =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20")
          .map(Network::parse)
          .toList();

  /** RFC 4291 section 2.4: what of IPv6 is global unicast. */
  private static final Network GLOBAL_UNICAST = Network.parse("2000::/3");

  /** RFC 6052 section 2.1: an IPv4 address in its last four bytes. */
  private static final Network NAT64 = Network.parse("64:ff9b::/96");

  /**
   * @param bits how many of the address's first bits are the network's
   */
  private record Network(InetAddress address, int bits) {

    static Network parse(String text) {
      int slash = text.indexOf('/');
      String literal = slash < 0 ? text : text.substring(0, slash);
      if (!isLiteral(literal)) {
        throw new IllegalArgumentException("not an address");
      }
      InetAddress address = literal(literal);
      int most = address.getAddress().length * Byte.SIZE;
      int bits = slash < 0 ? most : bits(text.substring(slash + 1), most);
      return new Network(address, bits);
    }

    private static int bits(String text, int most) {
      if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > most) {
        throw new IllegalArgumentException("not a prefix of 0 to " + most + " bits");
      }
      return Integer.parseInt(text);
    }

    boolean holds(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] theirs = other.getAddress();
      if (mine.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if (((mine[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Network> networks;
  private final Set<String> hosts;

  private PrivateAddresses(List<Network> networks, Set<String> hosts) {
    this.networks = networks;
    this.hosts = hosts;
  }

  /** None that is not public. */
  public static PrivateAddresses none() {
    return new PrivateAddresses(List.of(), Set.of());
  }

  /**
   * Public addresses, and those that are listed.
   *
   * @param listed each an address, a network ({@code 10.1.0.0/16}, {@code fd00::/8}), or the name
   *     of a host that may be at any address
   * @throws IllegalArgumentException where one is none of these
   */
  public static PrivateAddresses of(List<String> listed) {
    List<Network> networks =
        listed.stream().filter(one -> !isName(one)).map(Network::parse).toList();
    Set<String> hosts = new HashSet<>();
    listed.stream().filter(PrivateAddresses::isName).forEach(name -> hosts.add(lower(name)));
    return new PrivateAddresses(networks, Set.copyOf(hosts));
  }

  /** Whether an address that a host's name led to may be connected to. */
  public boolean permits(String host, InetAddress address) {
    return isPublic(address)
        || hosts.contains(lower(host))
        || networks.stream().anyMatch(network -> network.holds(address));
  }

  /**
   * Whether that may be said without a look-up: false for an address, or {@code localhost}, that is
   * neither public nor listed.
   */
  public boolean mayPermit(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return permits(host, InetAddress.getLoopbackAddress());
    }
    String plain = unbracketed(host);
    return !isLiteral(plain) || permits(host, literal(plain));
  }

  static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (NAT64.holds(address)) {
      return isPublic(v4(bytes, bytes.length - V4));
    }
    return (bytes.length == V4 || GLOBAL_UNICAST.holds(address))
        && NOT_PUBLIC.stream().noneMatch(network -> network.holds(address));
  }

  private static InetAddress v4(byte[] bytes, int at) {
    try {
      return InetAddress.getByAddress(
          new byte[] {bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isName(String text) {
    return text.matches("(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");
  }

  /** Whether it is spelled as an address, so that no name is looked up for it. */
  private static boolean isLiteral(String text) {
    return text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
        || text.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  }

  private static InetAddress literal(String text) {
    try {
      return Objects.requireNonNull(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address", e);
    }
  }

  private static String lower(String host) {
    return host.toLowerCase(Locale.ROOT);
  }
}
