package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rescind nodes}: {@code GET /v1/nodes}. */
@Command(
    name = "nodes",
    description = "Show the live nodes: their state, how far they are, how fresh.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind nodes",
      "  rescind nodes --json",
      "",
      "Exit code: 0 shown, 2 usage, 3 undecided, 4 unreachable or refused."
    })
final class NodesCommand extends ClientCommand {
  private static final List<String> COLUMNS =
      List.of("node", "state", "position", "staleness_ms", "version", "url");

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "admin",
      description = "Who asks: ${COMPLETION-CANDIDATES}. Default: admin.")
  Role as = Role.ADMIN;

  NodesCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    Request request = Request.get(environment.publisher("/v1/nodes"));
    ObjectNode answer = HttpCall.as(as, environment).send(request).object();
    if (json) {
      console.out().println(Json.write(answer));
      return ExitCode.DONE;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    for (JsonNode node : answer.path("items")) {
      Stream<String> row = COLUMNS.stream().map(name -> Text.line(node.path(name).asText("")));
      rows.add(row.toList());
    }
    Text.table(rows).forEach(console.out()::println);
    return ExitCode.DONE;
  }
}
