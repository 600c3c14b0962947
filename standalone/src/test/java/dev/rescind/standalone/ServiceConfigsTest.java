package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.config.ServiceKind;
import dev.rescind.platform.identity.Right;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ServiceConfigsTest {
  @TempDir Path directory;

  private final Ports ports = new Ports(8080, 3);

  @BeforeEach
  void write() throws Exception {
    new ServiceConfigs(ports, DemoSecrets.keptIn(directory)).writeTo(directory);
  }

  @Test
  void areWhatTheServicesLoad_eachWithItsOwnPorts() throws Exception {
    ServiceConfig third = introspector(3);
    assertThat(third.node().name()).isEqualTo("introspector-3");
    assertThat(third.url()).isEqualTo("http://127.0.0.1:8280");
    assertThat(third.http().port()).isEqualTo(8280);
    assertThat(third.management().port()).isEqualTo(9280);
    assertThat(third.grid().port()).isEqualTo(8092);
    assertThat(third.grid().members())
        .containsExactly("127.0.0.1:8090", "127.0.0.1:8091", "127.0.0.1:8092");

    ServiceConfig publisher = publisher();
    assertThat(publisher.url()).isEqualTo("http://127.0.0.1:8081");
    assertThat(publisher.management().port()).isEqualTo(9081);
    assertThat(publisher.kafka().bootstrapServers()).containsExactly("127.0.0.1:8083");
  }

  @Test
  void agreeInAllThatMustBeTheSame() throws Exception {
    ServiceConfig first = introspector(1);
    ServiceConfig publisher = publisher();

    assertThat(publisher.logKeys().macKeys()).isEqualTo(first.logKeys().macKeys());
    assertThat(publisher.logKeys().liftVerificationKeys())
        .isEqualTo(first.logKeys().liftVerificationKeys());
    assertThat(publisher.grid().sealKeys()).isEqualTo(first.grid().sealKeys());
    assertThat(publisher.issuers()).isEqualTo(first.issuers());
    assertThat(publisher.identities()).isEqualTo(first.identities());
    assertThat(publisher.freshness()).isEqualTo(first.freshness());
  }

  @Test
  void giveTheKeyThatSignsLiftsToThePublisherAlone() throws Exception {
    assertThat(publisher().logKeys().liftSigningKey()).isNotNull();
    assertThat(introspector(1).logKeys().liftSigningKey()).isNull();
    assertThat(Files.readString(ServiceConfigs.introspector(directory, 1)))
        .doesNotContain("lift_signing_key");
  }

  @Test
  void letEachIdentityDoWhatItIsFor() throws Exception {
    IdentityConfig caller = identity(ServiceConfigs.CALLER);
    assertThat(caller.rights()).containsExactly("introspect");
    assertThat(caller.audiences()).isNull();
    IdentityConfig rs = identity(ServiceConfigs.RESOURCE_SERVER);
    assertThat(rs.rights()).containsExactly("introspect");
    assertThat(rs.audiences()).containsExactly(DemoEnvironment.AUDIENCE);
    IdentityConfig as = identity(ServiceConfigs.AUTHORIZATION_SERVER);
    assertThat(as.rights()).containsExactlyInAnyOrder("introspect", "register", "revoke:own");
    assertThat(as.audiences()).isEmpty();
    assertThat(as.iss()).isEqualTo("http://127.0.0.1:8082");
    IdentityConfig admin = identity(ServiceConfigs.ADMIN);
    assertThat(admin.rights())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Right.values()).map(Right::wireName).toList());
  }

  private ServiceConfig introspector(int node) throws Exception {
    return Services.load(ServiceConfigs.introspector(directory, node), ServiceKind.INTROSPECTOR)
        .config();
  }

  private ServiceConfig publisher() throws Exception {
    return Services.load(ServiceConfigs.publisher(directory), ServiceKind.PUBLISHER).config();
  }

  private IdentityConfig identity(String clientId) throws Exception {
    return publisher().identities().stream()
        .filter(identity -> identity.clientId().equals(clientId))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void keepTheirSecrets_overARestart() throws Exception {
    ServiceConfig before = publisher();
    write();
    ServiceConfig after = publisher();

    assertThat(after.logKeys()).isEqualTo(before.logKeys());
    assertThat(after.grid().sealKeys()).isEqualTo(before.grid().sealKeys());
  }
}
