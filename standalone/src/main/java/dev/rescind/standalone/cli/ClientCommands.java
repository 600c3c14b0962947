package dev.rescind.standalone.cli;

import java.util.List;

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
}
