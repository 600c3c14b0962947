package dev.rescind.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code demo.env}: where the demo's parts are and how to be let in, for shells to source. */
final class DemoEnvironment {
  static final String AUDIENCE = "https://api.example";

  private final Ports ports;
  private final DemoSecrets secrets;

  DemoEnvironment(Ports ports, DemoSecrets secrets) {
    this.ports = ports;
    this.secrets = secrets;
  }

  Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put(
        "RESCIND_INTROSPECT_URLS",
        ports.nodeNumbers().stream()
            .map(node -> Ports.url(ports.introspector(node)) + "/introspect")
            .collect(Collectors.joining(" ")));
    variables.put("RESCIND_PUBLISH_URL", Ports.url(ports.publisher()));
    variables.put(
        "RESCIND_MANAGEMENT_URLS",
        ports.nodeNumbers().stream()
                .map(node -> Ports.url(ports.introspectorManagement(node)) + " ")
                .collect(Collectors.joining())
            + Ports.url(ports.publisherManagement()));
    variables.put("RESCIND_SELF_ISSUER", Ports.url(ports.introspector(1)));
    variables.put("RESCIND_CALLER_ID", ServiceConfigs.CALLER);
    variables.put("RESCIND_CALLER_SECRET", secrets.caller());
    variables.put("RESCIND_RS_ID", ServiceConfigs.RESOURCE_SERVER);
    variables.put("RESCIND_RS_SECRET", secrets.rs());
    variables.put("RESCIND_RS_AUDIENCE", AUDIENCE);
    variables.put("RESCIND_AS_ID", ServiceConfigs.AUTHORIZATION_SERVER);
    variables.put("RESCIND_AS_SECRET", secrets.as());
    variables.put("RESCIND_ADMIN_ID", ServiceConfigs.ADMIN);
    variables.put("RESCIND_ADMIN_SECRET", secrets.admin());
    variables.put("RESCIND_ISSUER", DemoIssuer.iss(ports.issuer()));
    variables.put("RESCIND_ISSUER_JWKS_URI", DemoIssuer.jwksUri(ports.issuer()));
    return variables;
  }

  void writeTo(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    variables()
        .forEach((name, value) -> text.append(name).append("='").append(value).append("'\n"));
    PrivateFile.write(file, text.toString());
  }
}
