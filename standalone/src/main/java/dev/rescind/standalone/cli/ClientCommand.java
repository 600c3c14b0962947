package dev.rescind.standalone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that asks a running cluster. */
abstract class ClientCommand implements Callable<Integer> {
  @Option(
      names = "--env",
      paramLabel = "FILE",
      description = {
        "Where the cluster is and who asks: NAME='value' lines, as `rescind up` writes them.",
        "Without it: the RESCIND_ variables, else ./.rescind/demo.env."
      })
  @Nullable Path env;

  @Option(names = "--json", description = "Answer in JSON, for scripts.")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  final Console console;

  ClientCommand(Console console) {
    this.console = console;
  }

  abstract ExitCode run(Environment environment) throws Failure;

  @Override
  public final Integer call() throws Failure {
    return run(Environment.find(env, console)).value();
  }
}
