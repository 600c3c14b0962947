package dev.rescind.platform.identity;

/** Which addresses count as one: that whoever has one of them has all. */
public final class Networks {
  private Networks() {}

  /** An address, of IPv6 its first half: the rest is for whoever has it to choose. */
  public static String of(String address) {
    int end = 0;
    for (int colon = 0; colon < 4 && end >= 0; colon++) {
      end = address.indexOf(':', end + 1);
    }
    return end < 0 ? address : address.substring(0, end);
  }
}
