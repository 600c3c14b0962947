package dev.rescind.platform.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class PrivateAddressesTest {
  private static final String HOST = "as.example";

  private static InetAddress address(String literal) throws Exception {
    return InetAddress.getByName(literal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.255",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1"
      })
  void refusesWhatIsNotOfThePublicInternet(String literal) throws Exception {
    assertThat(PrivateAddresses.none().permits(HOST, address(literal))).isFalse();
    assertThat(PrivateAddresses.none().mayPermit(literal)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00::1",
        "64:ff9b::101:101"
      })
  void permitsWhatIsOfThePublicInternet(String literal) throws Exception {
    assertThat(PrivateAddresses.none().permits(HOST, address(literal))).isTrue();
    assertThat(PrivateAddresses.none().mayPermit(literal)).isTrue();
  }

  @Test
  void permitsWhatIsListed_toTheBit() throws Exception {
    PrivateAddresses listed = PrivateAddresses.of(List.of("10.1.2.0/23", "fd00:1::/32", "127.0.0.1"));

    assertThat(listed.permits(HOST, address("10.1.3.255"))).isTrue();
    assertThat(listed.permits(HOST, address("10.1.4.0"))).isFalse();
    assertThat(listed.permits(HOST, address("10.1.1.255"))).isFalse();
    assertThat(listed.permits(HOST, address("fd00:1:ffff::1"))).isTrue();
    assertThat(listed.permits(HOST, address("fd00:2::1"))).isFalse();
    assertThat(listed.permits(HOST, address("127.0.0.1"))).isTrue();
    assertThat(listed.permits(HOST, address("::ffff:127.0.0.1"))).isTrue();
    assertThat(listed.permits(HOST, address("127.0.0.2"))).isFalse();
    assertThat(listed.mayPermit("localhost")).isTrue();
    assertThat(listed.mayPermit("[::1]")).isFalse();
  }

  @Test
  void permitsAHostThatIsListedByName_andNoOther() throws Exception {
    PrivateAddresses listed = PrivateAddresses.of(List.of("Keys.Internal.Example"));

    assertThat(listed.permits("keys.internal.example", address("10.0.0.1"))).isTrue();
    assertThat(listed.permits("keys.internal.example.evil", address("10.0.0.1"))).isFalse();
    assertThat(listed.permits("internal.example", address("10.0.0.1"))).isFalse();
  }

  @Test
  void knowsNothingOfANameBeforeItIsLookedUp() {
    assertThat(PrivateAddresses.none().mayPermit(HOST)).isTrue();
    assertThat(PrivateAddresses.none().mayPermit("localhost")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.256", "10.0.0",
        "fd00::/129", "fd00:::/8", "http://as.example", "*.example", "a b", "[::1]"
      })
  void refusesAListThatHoldsSomethingElse(String text) {
    assertThatThrownBy(() -> PrivateAddresses.of(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
