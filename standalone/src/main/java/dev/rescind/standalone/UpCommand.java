package dev.rescind.standalone;

import dev.rescind.credential.Base64Url;
import dev.rescind.platform.service.Version;
import dev.rescind.standalone.cli.Console;
import dev.rescind.standalone.cli.ExitCode;
import dev.rescind.standalone.cli.Failure;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rescind up}: a cluster on this machine, until it is interrupted. */
@Command(
    name = "up",
    description = {
      "Run a cluster on this machine: a real Kafka broker, introspectors, a publisher, and an"
          + " issuer to try it with. Everything listens on 127.0.0.1 alone.",
      "What was registered and revoked is kept in the data directory."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind up",
      "  rescind up --nodes 3",
      "  rescind up --data /tmp/other --port-base 18080",
      "",
      "Exit code: 0 stopped when asked to, 2 usage, 4 could not start."
    })
final class UpCommand implements Callable<Integer> {
  private static final long ABANDONED_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long POLL_MILLIS = 50;
  private static final int EXAMPLE_BYTES = 12;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything is kept. Default: ./.rescind")
  Path data = Path.of(".rescind");

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "How many introspectors, 1 to 9. Default: 1.")
  int nodes = 1;

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description = "The first introspector's port; all others are counted from it. Default: 8080.")
  int portBase = Ports.DEFAULT_BASE;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  private final Console console;
  private final long began = System.nanoTime();

  UpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Failure, InterruptedException {
    Ports ports = ports();
    DataDirectory directory = DataDirectory.take(console.directory().resolve(data));
    try {
      requireFree(ports, directory.wasAbandoned());
    } catch (Failure e) {
      directory.close();
      throw e;
    }
    logTo(directory.log());
    run(ports, directory);
    return ExitCode.DONE.value();
  }

  private Ports ports() throws Failure {
    try {
      return new Ports(portBase, nodes);
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** Nodes of a launcher that was killed may need a moment to notice. */
  private static void requireFree(Ports ports, boolean wait) throws Failure, InterruptedException {
    long deadline = System.nanoTime() + (wait ? ABANDONED_PATIENCE_NANOS : 0);
    Optional<String> taken = ports.taken();
    while (taken.isPresent()) {
      if (System.nanoTime() >= deadline) {
        throw new Failure(ExitCode.REFUSED, taken.get());
      }
      Thread.sleep(POLL_MILLIS);
      taken = ports.taken();
    }
  }

  /** Before anything asks for a logger: what the parts say goes to a file. */
  static void logTo(Path file) {
    System.setProperty("rescind.log", file.toString());
    System.setProperty("logback.configurationFile", "logback-up.xml");
    System.setProperty("hazelcast.logging.type", "slf4j");
  }

  private void run(Ports ports, DataDirectory directory) throws Failure, InterruptedException {
    say(
        "rescind "
            + Version.CURRENT
            + ", data in "
            + directory.path().toAbsolutePath().normalize());
    say("Starting a Kafka broker, a publisher and " + introspectors(ports.nodes()) + " ...");
    Demo demo = new Demo(ports, directory, part -> say("  " + part + " is up, " + elapsed()));
    AtomicBoolean failed = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(demo, failed), "stop"));
    try {
      demo.start();
    } catch (Failure | InterruptedException | RuntimeException e) {
      failed.set(true);
      throw e;
    }
    welcome(ports, directory);
    demo.watch(epitaph -> console.err().println("rescind: " + epitaph));
  }

  /** Stopped when asked to is success, however it was asked. */
  private void stop(Demo demo, AtomicBoolean failed) {
    if (!failed.get()) {
      say("Stopping ...");
    }
    demo.stop();
    if (!failed.get()) {
      say("Stopped.");
    }
    Runtime.getRuntime().halt(failed.get() ? ExitCode.REFUSED.value() : ExitCode.DONE.value());
  }

  private void welcome(Ports ports, DataDirectory directory) {
    byte[] random = new byte[EXAMPLE_BYTES];
    new SecureRandom().nextBytes(random);
    ShellCommands commands =
        new ShellCommands(ports, data.resolve("demo.env"), "example-" + Base64Url.encode(random));
    say("");
    say("Ready, " + elapsed() + ". Ctrl-C stops everything; nothing that was kept is lost.");
    say("");
    for (int node : ports.nodeNumbers()) {
      say(
          "  introspector-"
              + node
              + "  "
              + Ports.url(ports.introspector(node))
              + "  management "
              + Ports.url(ports.introspectorManagement(node)));
    }
    say(
        "  publisher       "
            + Ports.url(ports.publisher())
            + "  management "
            + Ports.url(ports.publisherManagement()));
    say("  demo issuer     " + Ports.url(ports.issuer()));
    say("  Kafka           " + Ports.address(ports.broker()));
    say("  URLs, secrets   " + directory.environment());
    say("");
    say("Register, introspect, revoke; from this directory, in another terminal:");
    say("");
    say(commands.register());
    say("");
    say(commands.introspect());
    say("");
    say(commands.revoke());
    say("");
  }

  private static String introspectors(int nodes) {
    return nodes == 1 ? "an introspector" : nodes + " introspectors";
  }

  private String elapsed() {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - began) / 1e9);
  }

  private void say(String line) {
    console.out().println(line);
  }
}
