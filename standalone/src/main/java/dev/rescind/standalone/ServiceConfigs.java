package dev.rescind.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rescind.platform.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The services' configuration files for the demo. */
final class ServiceConfigs {
  static final String CALLER = "demo-caller";
  static final String RESOURCE_SERVER = "demo-rs";
  static final String AUTHORIZATION_SERVER = "demo-as";
  static final String ADMIN = "demo-admin";

  private static final String KEY_ID = "demo-1";
  private static final List<String> EVERY_RIGHT =
      List.of(
          "introspect",
          "register",
          "read",
          "audit",
          "revoke:own",
          "revoke:token",
          "revoke:grant",
          "revoke:session",
          "revoke:subject",
          "revoke:client",
          "revoke:issuer",
          "revoke:key",
          "revoke:certificate",
          "lift",
          "reload",
          "break-glass");

  private final YAMLMapper yaml =
      new YAMLMapper(
          YAMLFactory.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build());
  private final Ports ports;
  private final DemoSecrets secrets;
  private final ArrayNode identities;

  ServiceConfigs(Ports ports, DemoSecrets secrets) {
    this.ports = ports;
    this.secrets = secrets;
    this.identities = identities();
  }

  static Path introspector(Path directory, int node) {
    return directory.resolve("introspector-" + node + ".yaml");
  }

  static Path publisher(Path directory) {
    return directory.resolve("publisher.yaml");
  }

  void writeTo(Path directory) throws IOException {
    PrivateFile.directory(directory);
    for (int node : ports.nodeNumbers()) {
      ObjectNode config =
          service(
              "introspector-" + node, ports.introspector(node), ports.introspectorManagement(node));
      ObjectNode grid = (ObjectNode) config.get("grid");
      grid.put("host", Ports.HOST);
      grid.put("port", ports.grid(node));
      ObjectNode answers = config.putObject("answers");
      answers
          .putArray("signing_keys")
          .addObject()
          .put("kid", KEY_ID)
          .put("private_key", secrets.answers().signingKey())
          .put("alg", "RS256");
      answers.put("pairwise_secret", secrets.answers().pairwise());
      PrivateFile.write(introspector(directory, node), yaml.writeValueAsString(config));
    }
    ObjectNode config = service("publisher", ports.publisher(), ports.publisherManagement());
    ((ObjectNode) config.get("log_keys"))
        .putObject("lift_signing_key")
        .put("id", KEY_ID)
        .put("private_key", secrets.lift().privateKey());
    PrivateFile.write(publisher(directory), yaml.writeValueAsString(config));
  }

  private ObjectNode service(String name, int port, int managementPort) {
    ObjectNode config = Json.object();
    config.put("profile", "development");
    config.putObject("node").put("name", name).put("url", Ports.url(port));
    config.putObject("http").put("host", Ports.HOST).put("port", port);
    config.putObject("management").put("host", Ports.HOST).put("port", managementPort);
    ObjectNode kafka = config.putObject("kafka");
    kafka.putArray("bootstrap_servers").add(Ports.address(ports.broker()));
    kafka.put("replication_factor", 1).put("min_insync_replicas", 1);
    ObjectNode logKeys = config.putObject("log_keys");
    logKeys.putArray("mac_keys").addObject().put("id", KEY_ID).put("secret", secrets.logMac());
    logKeys
        .putArray("lift_verification_keys")
        .addObject()
        .put("id", KEY_ID)
        .put("public_key", secrets.lift().publicKey());
    ObjectNode grid = config.putObject("grid").put("cluster_name", "rescind-demo");
    ArrayNode members = grid.putArray("members");
    ports.nodeNumbers().forEach(node -> members.add(Ports.address(ports.grid(node))));
    grid.putArray("seal_keys").addObject().put("id", KEY_ID).put("secret", secrets.gridSeal());
    config
        .putObject("metadata")
        .put("issuer", Ports.url(ports.introspector(1)))
        .put("revocation_endpoint", Ports.url(ports.publisher()) + "/revoke");
    // The demo is for trying: wrong secrets too, as often as one likes.
    config.putObject("throttle").putObject("strangers").put("per_second", 0);
    config.putObject("outbound").putArray("private_addresses").add("127.0.0.0/8");
    ObjectNode issuer = config.putArray("issuers").addObject();
    issuer.put("iss", DemoIssuer.iss(ports.issuer()));
    issuer.putObject("keys").put("jwks_uri", DemoIssuer.jwksUri(ports.issuer()));
    ObjectNode accept = issuer.putObject("accept");
    accept.putArray("algs").add("RS256").add("ES256").add("EdDSA");
    // RFC 9068 section 4: what it signs for access says so.
    accept.putArray("typ").add("at+jwt");
    config.set("identities", identities);
    return config;
  }

  private ArrayNode identities() {
    ObjectNode holder = Json.object();
    ArrayNode all = holder.putArray("identities");
    identity(all, CALLER, secrets.caller(), List.of("introspect"));
    identity(all, RESOURCE_SERVER, secrets.rs(), List.of("introspect"))
        .putArray("audiences")
        .add(DemoEnvironment.AUDIENCE);
    ObjectNode as =
        identity(
            all,
            AUTHORIZATION_SERVER,
            secrets.as(),
            List.of("introspect", "register", "revoke:own"));
    // No audience at all: it sees what it registered, and nothing else.
    as.putArray("audiences");
    as.put("iss", DemoIssuer.iss(ports.issuer()));
    identity(all, ADMIN, secrets.admin(), EVERY_RIGHT);
    return all;
  }

  private static ObjectNode identity(
      ArrayNode all, String clientId, String secret, List<String> rights) {
    ObjectNode identity = all.addObject();
    identity.put("client_id", clientId);
    identity.putArray("secret_hashes").add(Pbkdf2Hash.of(secret));
    ArrayNode list = identity.putArray("rights");
    rights.forEach(list::add);
    return identity;
  }
}
