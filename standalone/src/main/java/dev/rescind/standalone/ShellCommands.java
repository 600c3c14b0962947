package dev.rescind.standalone;

import java.nio.file.Path;

/**
 * Commands to paste into any POSIX shell, or zsh; they hold no secret, but source the file that
 * does.
 */
final class ShellCommands {
  private final Ports ports;
  private final Path environment;
  private final String token;

  /**
   * @param environment the demo.env, relative to where the commands are pasted, or absolute
   * @param token an example to register, introspect and revoke
   */
  ShellCommands(Ports ports, Path environment, String token) {
    this.ports = ports;
    this.environment = environment;
    this.token = token;
  }

  String register() {
    return curl("AS", Ports.url(ports.publisher()) + "/v1/credentials")
        + json("{\"token\":\"" + token + "\",\"type\":\"access_token\",\"sub\":\"alice\"}");
  }

  String introspect() {
    return curl("CALLER", Ports.url(ports.introspector(1)) + "/introspect") + " -d token=" + token;
  }

  String revoke() {
    return curl("ADMIN", Ports.url(ports.publisher()) + "/v1/revocations")
        + json("{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}");
  }

  private String curl(String role, String url) {
    return ". "
        + sourced()
        + "; curl -sS -w '\\n' -u \"$RESCIND_"
        + role
        + "_ID:$RESCIND_"
        + role
        + "_SECRET\" "
        + url;
  }

  private static String json(String body) {
    return " -H 'Content-Type: application/json' -d '" + body + "'";
  }

  /** With a slash, for without one a shell looks along its PATH. */
  private String sourced() {
    String path =
        environment.isAbsolute() ? environment.toString() : "./" + environment.normalize();
    return path.matches("[A-Za-z0-9_./-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
