package dev.rescind.system;

import dev.rescind.testing.Certificates;
import dev.rescind.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * Kafka that lets nobody do what is not allowed: by mutual TLS at the broker's port, by password
 * over TLS at another, the controller's by mutual TLS too.
 */
final class SecuredKafka implements Cluster.BrokerSettings {
  private static final String HOST = "127.0.0.1";
  private static final Duration LIFETIME = Duration.ofDays(1);

  private final Path directory;
  private final Certificates.Pair authority = Certificates.authority("CN=test ca");
  private final int passwordPort = FreePorts.one();

  SecuredKafka(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    Files.writeString(directory.resolve("ca.pem"), authority.certificatePem());
    write("broker");
  }

  /** Makes the certificate of somebody, and the file that Kafka reads with it and its key. */
  private String write(String name) throws IOException {
    Certificates.Pair pair = authority.issue("CN=" + name, LIFETIME, Certificates.loopback());
    Path file = directory.resolve(name + ".pem");
    Files.writeString(file, pair.keyPem() + pair.certificatePem());
    return file.toString();
  }

  @Override
  public Map<String, String> of(int port, int controllerPort) {
    Map<String, String> p = new HashMap<>(stores(directory.resolve("broker.pem").toString()));
    p.put(
        "listeners",
        "BROKER://%1$s:%2$d,PASSWORD://%1$s:%3$d,CONTROLLER://%1$s:%4$d"
            .formatted(HOST, port, passwordPort, controllerPort));
    p.put(
        "advertised.listeners",
        "BROKER://%1$s:%2$d,PASSWORD://%1$s:%3$d".formatted(HOST, port, passwordPort));
    p.put("listener.security.protocol.map", "BROKER:SSL,PASSWORD:SASL_SSL,CONTROLLER:SSL");
    p.put("listener.name.broker.ssl.client.auth", "required");
    p.put("listener.name.controller.ssl.client.auth", "required");
    p.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    p.put(
        "listener.name.password.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    p.put("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/,DEFAULT");
    p.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    p.put("super.users", "User:broker;User:operator");
    return p;
  }

  private Map<String, String> stores(String own) {
    return Map.of(
        "ssl.keystore.type",
        "PEM",
        "ssl.keystore.location",
        own,
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        directory.resolve("ca.pem").toString());
  }

  /** How somebody is let in by certificate. */
  Map<String, String> byCertificate(String name) throws IOException {
    Map<String, String> properties = new HashMap<>(stores(write(name)));
    properties.put("security.protocol", "SSL");
    return properties;
  }

  /** How somebody is let in by password. */
  Map<String, String> byPassword(String name, String password) {
    Map<String, String> properties = new HashMap<>();
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "SCRAM-SHA-512");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\""
                .formatted(name)
            + " password=\"%s\";".formatted(password));
    properties.put("ssl.truststore.type", "PEM");
    properties.put("ssl.truststore.location", directory.resolve("ca.pem").toString());
    return properties;
  }

  String passwordServer() {
    return HOST + ":" + passwordPort;
  }

  /** Gives somebody a password, and waits until it is taken. */
  void setPassword(Admin operator, String name, String password) throws Exception {
    UserScramCredentialAlteration change =
        new UserScramCredentialUpsertion(
            name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4_096), password);
    operator.alterUserScramCredentials(List.of(change)).all().get(20, TimeUnit.SECONDS);
  }
}
