package dev.rescind.platform.config;

import dev.rescind.platform.jose.PrivateAddresses;
import java.util.List;

/**
 * Where connections for issuers' keys may go.
 *
 * @param privateAddresses addresses, networks and host names that are not of the public Internet,
 *     and may be connected to nevertheless
 */
public record OutboundConfig(@Default("[]") List<String> privateAddresses) {

  public OutboundConfig {
    Check check = new Check();
    for (int i = 0; i < privateAddresses.size(); i++) {
      check.that(
          isValid(privateAddresses.get(i)),
          "private_addresses[" + i + "]",
          "must be an address, a network (10.1.0.0/16) or a host's name");
    }
    check.done();
    privateAddresses = List.copyOf(privateAddresses);
  }

  private static boolean isValid(String text) {
    try {
      PrivateAddresses.of(List.of(text));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public PrivateAddresses listed() {
    return PrivateAddresses.of(privateAddresses);
  }
}
