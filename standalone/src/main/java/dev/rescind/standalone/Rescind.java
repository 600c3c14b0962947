package dev.rescind.standalone;

import dev.rescind.platform.service.Version;
import dev.rescind.standalone.cli.ClientCommands;
import dev.rescind.standalone.cli.Console;
import dev.rescind.standalone.cli.ExitCode;
import dev.rescind.standalone.cli.Failure;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code rescind}: the launcher of a cluster on this machine, and the command line to it. */
@Command(
    name = "rescind",
    mixinStandardHelpOptions = true,
    versionProvider = Rescind.Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Revoke tokens and ask whether one may be used now.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind up --nodes 3",
      "  rescind register sub=alice",
      "  rescind mint --sub alice | rescind introspect - --all",
      "  rescind revoke subject sub=alice --confirm",
      "  rescind COMMAND --help",
      "",
      "Exit code: 0 done or active, 1 inactive, 2 usage, 3 undecided, 4 unreachable or refused."
    })
public final class Rescind {

  /** The program's version, and Java's. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"rescind " + Version.CURRENT + ", Java " + Runtime.version()};
    }
  }

  public static void main(String[] args) {
    System.exit(commandLine(Console.ofProcess()).execute(args));
  }

  static CommandLine commandLine(Console console) {
    CommandLine line = new CommandLine(new Rescind());
    line.addSubcommand(new UpCommand(console));
    ClientCommands.all(console).forEach(line::addSubcommand);
    line.addSubcommand(ClientCommands.audit(console));
    line.addSubcommand(new NodeCommand(console));
    line.addSubcommand(new RehearseCommand(console));
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setUsageHelpWidth(100);
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, arguments) -> misused(e, console));
    line.setExecutionExceptionHandler((e, command, result) -> failed(e, console));
    return line;
  }

  private static int misused(ParameterException e, Console console) {
    CommandLine command = e.getCommandLine();
    if (command.getParseResult().originalArgs().isEmpty()) {
      command.usage(console.err());
    } else {
      String help = command.getCommandSpec().qualifiedName() + " --help";
      console.err().println("rescind: " + misuse(e) + " (" + help + " says more)");
    }
    return ExitCode.USAGE.value();
  }

  /** What is wrong, without arguments that could be secrets. */
  private static String misuse(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      if (first.startsWith("-")) {
        return "there is no option " + first.replaceFirst("=.*", "");
      }
      return e.getCommandLine().getParent() == null
          ? "there is no such command"
          : "there are too many arguments";
    }
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static int failed(Exception e, Console console) {
    if (e instanceof Failure failure) {
      console.err().println("rescind: " + failure.getMessage());
      return failure.exitCode().value();
    }
    console.err().println("rescind: " + e + " (this is a bug)");
    return ExitCode.REFUSED.value();
  }
}
