package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PortsTest {
  @Test
  void areThoseThatAreWrittenDown() {
    Ports ports = new Ports(8080, 3);

    assertThat(ports.introspector(1)).isEqualTo(8080);
    assertThat(ports.introspector(3)).isEqualTo(8280);
    assertThat(ports.introspectorManagement(3)).isEqualTo(9280);
    assertThat(ports.publisher()).isEqualTo(8081);
    assertThat(ports.publisherManagement()).isEqualTo(9081);
    assertThat(ports.issuer()).isEqualTo(8082);
    assertThat(ports.broker()).isEqualTo(8083);
    assertThat(ports.controller()).isEqualTo(8084);
    assertThat(ports.grid(3)).isEqualTo(8092);
  }

  @Test
  void areAllDifferent_howeverManyNodesThereAre() {
    for (int nodes = 1; nodes <= Ports.MAX_NODES; nodes++) {
      assertThat(new Ports(8080, nodes).purposes()).hasSize(3 * nodes + 5);
    }
  }

  @Test
  void areAllThere_orRefused() {
    assertThat(new Ports(64_434, 2).introspectorManagement(2)).isEqualTo(65_534);
    assertThatThrownBy(() -> new Ports(64_435, 2)).hasMessageContaining("--port-base");
    assertThatThrownBy(() -> new Ports(0, 1)).hasMessageContaining("--port-base");
    assertThatThrownBy(() -> new Ports(8080, 10)).hasMessageContaining("--nodes");
  }

  @Test
  void sayWhichOneIsTaken_andWhatItIsFor() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ports ports = new Ports(taken.getLocalPort(), 1);
      assertThat(ports.taken().orElseThrow())
          .startsWith("port " + taken.getLocalPort() + " (introspector-1)");
    }
  }
}
