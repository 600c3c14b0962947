package dev.rescind.standalone;

import dev.rescind.standalone.cli.Console;
import dev.rescind.standalone.cli.ExitCode;
import dev.rescind.standalone.cli.Failure;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A demo that is started, asked once of everything, and stopped: the JVM archives the classes that
 * it has seen by then, and later starts take them from there.
 */
@Command(name = RehearseCommand.NAME, hidden = true, description = "Start, ask, and stop a demo.")
final class RehearseCommand implements Callable<Integer> {
  static final String NAME = "rehearse";

  private static final String TOKEN = "a-token-of-the-rehearsal";

  /** Below the ports that the system gives to who asks for any. */
  private static final int LOWEST_BASE = 20_000;

  private static final int HIGHEST_BASE = 31_000;
  private static final int TRIES = 100;

  @Option(names = "--data", required = true)
  Path data = Path.of("");

  private final Console console;

  RehearseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Failure, InterruptedException {
    Ports ports = freePorts();
    DataDirectory directory = DataDirectory.take(data);
    UpCommand.logTo(directory.log());
    Demo demo = new Demo(ports, directory, console.out()::println);
    try {
      demo.start();
      String env = directory.environment().toString();
      ask("register", "-", "--env", env);
      ask("introspect", "-", "--env", env, "--all");
      ask("mint", "--env", env, "--alg", "ES256");
      ask("revoke", "token", "-", "--env", env, "--confirm");
      ask("nodes", "--env", env);
    } finally {
      demo.stop();
    }
    return ExitCode.DONE.value();
  }

  private void ask(String... arguments) {
    Console asking =
        new Console(
            new ByteArrayInputStream((TOKEN + "\n").getBytes(StandardCharsets.UTF_8)),
            console.out(),
            console.err(),
            Map.of(),
            Path.of(""));
    Rescind.commandLine(asking).execute(arguments);
  }

  private static Ports freePorts() throws Failure {
    for (int i = 0; i < TRIES; i++) {
      Ports ports = new Ports(ThreadLocalRandom.current().nextInt(LOWEST_BASE, HIGHEST_BASE), 1);
      if (ports.taken().isEmpty()) {
        return ports;
      }
    }
    throw new Failure(ExitCode.REFUSED, "no free ports found");
  }
}
