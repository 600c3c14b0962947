package dev.rescind.platform.throttle;

/** Where a request comes from, as far as its sender cannot choose. */
public final class Network {
  private Network() {}

  /** An address, of IPv6 its first half: the rest is for whoever has it to choose. */
  public static String of(String address) {
    int end = 0;
    for (int colon = 0; colon < 4 && end >= 0; colon++) {
      end = address.indexOf(':', end + 1);
    }
    return end < 0 ? address : address.substring(0, end);
  }
}
