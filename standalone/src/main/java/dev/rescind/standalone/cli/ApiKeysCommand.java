package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescind api-keys}: {@code /v1/api-keys}. */
@Command(
    name = "api-keys",
    description = "Make API keys, list them, replace one, revoke one.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind api-keys create name=deployment client_id=robot scope='read write'",
      "  rescind api-keys list",
      "  rescind api-keys rotate ID --overlap 86400",
      "  rescind api-keys revoke ID",
      "",
      "An ID that begins with - goes behind --.",
      "A key is printed once, when it is made; the cluster does not know it.",
      "Exit code: 0 done, 2 usage, 3 undecided, 4 unreachable or refused."
    })
final class ApiKeysCommand extends ClientCommand {
  private static final String PATH = "/v1/api-keys";
  private static final List<String> COLUMNS =
      List.of("id", "hint", "name", "state", "exp", "last_used_at");

  @Parameters(index = "0", paramLabel = "ACTION", description = "create, list, rotate or revoke")
  String action = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ID|NAME=VALUE",
      description = {
        "create: what introspection answers of the key (name=text, or name:=json), and its name=.",
        "rotate, revoke: the key's id."
      })
  List<String> arguments = List.of();

  @Option(
      names = "--overlap",
      paramLabel = "SECONDS",
      description = "rotate: for how long the replaced key stays. Default: 0.")
  @Nullable Long overlap;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "as",
      description = "Who asks: ${COMPLETION-CANDIDATES}. Default: as.")
  Role as = Role.AS;

  ApiKeysCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    if (overlap != null && !action.equals("rotate")) {
      throw Failure.usage("--overlap is for rotate");
    }
    HttpCall call = HttpCall.as(as, environment);
    switch (action) {
      case "create" -> {
        String body = Json.write(Members.parse(arguments));
        show(call.send(Request.post(environment.publisher(PATH), "application/json", body)));
      }
      case "rotate" -> {
        ObjectNode body = Json.object();
        if (overlap != null) {
          body.put("overlap", overlap);
        }
        show(
            known(
                call.send(
                    Request.post(
                        environment.publisher(PATH + "/" + id() + "/rotate"),
                        "application/json",
                        Json.write(body)))));
      }
      case "revoke" -> {
        Answer answer = known(call.send(Request.delete(environment.publisher(PATH + "/" + id()))));
        print(answer.object(), "revoked " + id());
      }
      case "list" -> list(call, environment);
      default -> throw Failure.usage("ACTION must be create, list, rotate or revoke");
    }
    return ExitCode.DONE;
  }

  private String id() throws Failure {
    if (arguments.size() != 1 || !arguments.get(0).matches("[A-Za-z0-9_-]{43}")) {
      throw Failure.usage("one ID is needed, as `rescind api-keys list` shows it");
    }
    return arguments.get(0);
  }

  private static Answer known(Answer answer) throws Failure {
    if (answer.status() == 404) {
      throw new Failure(ExitCode.REFUSED, "there is no API key with this id");
    }
    return answer;
  }

  private void show(Answer answer) throws Failure {
    ObjectNode key = answer.object();
    print(key, key.path("key").asText(""));
  }

  private void print(ObjectNode answer, String line) {
    console.out().println(json ? Json.write(answer) : Text.line(line));
  }

  /** All pages as one. */
  private void list(HttpCall call, Environment environment) throws Failure {
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    ObjectNode all = Json.object();
    var items = all.putArray("items");
    String cursor = "";
    do {
      ObjectNode page =
          call.send(Request.get(environment.publisher(PATH + "?limit=1000" + cursor))).object();
      for (JsonNode key : page.path("items")) {
        Stream<String> row = COLUMNS.stream().map(name -> Text.line(key.path(name).asText("")));
        rows.add(row.toList());
        items.add(key);
      }
      cursor = page.has("next") ? "&cursor=" + page.path("next").asText("") : "";
    } while (!cursor.isEmpty());
    if (json) {
      console.out().println(Json.write(all));
    } else {
      Text.table(rows).forEach(console.out()::println);
    }
  }
}
