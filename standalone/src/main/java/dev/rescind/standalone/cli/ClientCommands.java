package dev.rescind.standalone.cli;

import java.util.List;
import picocli.CommandLine;

/** The commands that ask a running cluster. */
public final class ClientCommands {
  private ClientCommands() {}

  /** One of each, for picocli. */
  public static List<Object> all(Console console) {
    return List.of(
        new RegisterCommand(console),
        new MintCommand(console),
        new IntrospectCommand(console),
        new RevokeCommand(console),
        new LiftCommand(console),
        new ApiKeysCommand(console),
        new NodesCommand(console));
  }

  /** {@code audit} with its own commands. */
  public static CommandLine audit(Console console) {
    return new CommandLine(new AuditCommand())
        .addSubcommand(new AuditExportCommand(console))
        .addSubcommand(new AuditVerifyCommand(console));
  }
}
