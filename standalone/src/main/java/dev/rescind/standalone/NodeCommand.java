package dev.rescind.standalone;

import dev.rescind.standalone.cli.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One introspector of {@code rescind up}, in a process of its own. */
@Command(name = NodeCommand.NAME, hidden = true, description = "One introspector of rescind up.")
final class NodeCommand implements Callable<Integer> {
  static final String NAME = "node";

  /** How long stopping may take. */
  static final Duration PATIENCE = Duration.ofMillis(2_200);

  @Option(names = "--config", required = true)
  Path config = Path.of("");

  private final Console console;

  NodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    ParentWatch parent = new ParentWatch();
    parent.start(console.in());
    Orderly orderly = new Orderly();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  parent.stopping();
                  orderly.close(PATIENCE);
                  Runtime.getRuntime().halt(0);
                },
                "stop"));
    orderly.opened(Services.introspector(config));
    new CountDownLatch(1).await();
    return 0;
  }
}
