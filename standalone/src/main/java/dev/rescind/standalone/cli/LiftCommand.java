package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescind lift}: {@code DELETE /v1/revocations/…}. */
@Command(
    name = "lift",
    description = "End one revocation; others of the same target stay.",
    footerHeading = "%nExample:%n",
    footer = {
      "  rescind lift 0190f5c8-7b6e-7c1a-9d3e-2f4a6b8c0d1e",
      "",
      "Exit code: 0 lifted (also when it already was), 2 usage, 3 undecided,",
      "4 unreachable, unknown or refused."
    })
final class LiftCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "The revocation's id, as `rescind revoke` shows it.")
  String id = "";

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "admin",
      description = "Who lifts: ${COMPLETION-CANDIDATES}. Default: admin.")
  Role as = Role.ADMIN;

  LiftCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
      throw Failure.usage("ID is not that of a revocation");
    }
    Request request = Request.delete(environment.publisher("/v1/revocations/" + id));
    Answer answer = HttpCall.as(as, environment).send(request);
    if (answer.status() == 404) {
      throw new Failure(ExitCode.REFUSED, "there is no revocation with this id");
    }
    ObjectNode object = answer.object();
    console
        .out()
        .println(
            json
                ? Json.write(object)
                : Text.line("lifted " + id + " at " + object.path("lifted_at").asText("")));
    return ExitCode.DONE;
  }
}
