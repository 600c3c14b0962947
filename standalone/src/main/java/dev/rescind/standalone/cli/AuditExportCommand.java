package dev.rescind.standalone.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rescind audit export}: the audit's records, one a line. */
@Command(
    name = "export",
    description = "Print the audit's records, oldest first, one JSON object a line.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind audit export > audit.ndjson",
      "",
      "Exit code: 0 printed, 2 usage, 3 undecided, 4 unreachable or refused."
    })
final class AuditExportCommand extends ClientCommand {
  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "admin",
      description = "Who asks: ${COMPLETION-CANDIDATES}. Default: admin.")
  Role as = Role.ADMIN;

  AuditExportCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    AuditPages.read(HttpCall.as(as, environment), environment, console.out()::println);
    return ExitCode.DONE;
  }
}
