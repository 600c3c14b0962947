package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescind introspect}: RFC 7662, by one node or by all. */
@Command(
    name = "introspect",
    description = "Ask whether a credential may be used now.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind introspect eyJ0eXAi...",
      "  rescind mint | rescind introspect -",
      "  rescind introspect - --all < token.txt",
      "",
      "Exit code: 0 active, 1 inactive, 2 usage, 3 undecided, 4 unreachable or refused;",
      "with --all the worst of all nodes'."
    })
final class IntrospectCommand extends ClientCommand {
  @Parameters(
      paramLabel = "TOKEN",
      description =
          "The credential; - reads it from standard input, where no process list shows it.")
  String token = "";

  @Option(names = "--all", description = "Ask every node, not just the first.")
  boolean all;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "caller",
      description = "Who asks: ${COMPLETION-CANDIDATES}. Default: caller.")
  Role as = Role.CALLER;

  @Option(
      names = "--hint",
      paramLabel = "TYPE",
      description = "token_type_hint; no answer depends on it.")
  @Nullable String hint;

  @Option(
      names = "--at-least",
      paramLabel = "POSITION",
      description = "Let the node wait until it knows of this position.")
  @Nullable String atLeast;

  IntrospectCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    String form = form(console.orFirstLine(token));
    HttpCall http = HttpCall.as(as, environment);
    List<URI> urls = environment.introspectUrls();
    return all ? all(http, urls, form) : one(http, urls.get(0), form);
  }

  private ExitCode one(HttpCall http, URI url, String form) throws Failure {
    Answer answer = http.send(request(url, form));
    ObjectNode object = answer.object();
    boolean active = object.path("active").asBoolean(false);
    if (json) {
      console.out().println(Json.write(object));
    } else {
      console.out().println(active ? "active" : "inactive");
      Text.table(Text.rows(object, Set.of("active")))
          .forEach(line -> console.out().println("  " + line));
    }
    return active ? ExitCode.DONE : ExitCode.INACTIVE;
  }

  /** What one node said. */
  private record Said(URI url, ExitCode exitCode, Optional<ObjectNode> answer, String line) {}

  private ExitCode all(HttpCall http, List<URI> urls, String form) {
    List<CompletableFuture<Answer>> asked =
        urls.stream().map(url -> http.sendAsync(request(url, form))).toList();
    List<Said> said = new ArrayList<>();
    for (int i = 0; i < urls.size(); i++) {
      said.add(said(urls.get(i), asked.get(i)));
    }
    if (json) {
      ArrayNode nodes = Json.object().putArray("nodes");
      for (Said one : said) {
        ObjectNode node = nodes.addObject().put("url", one.url().toString());
        one.answer()
            .ifPresentOrElse(
                answer -> node.set("answer", answer), () -> node.put("error", one.line()));
        node.put("exit_code", one.exitCode().value());
      }
      console.out().println(Json.write(nodes));
    } else {
      Text.table(said.stream().map(one -> List.of(one.url().toString(), one.line())).toList())
          .forEach(console.out()::println);
    }
    return said.stream().map(Said::exitCode).reduce(ExitCode.DONE, ExitCode::worse);
  }

  private static Said said(URI url, CompletableFuture<Answer> asked) {
    try {
      ObjectNode object = HttpCall.await(asked).object();
      boolean active = object.path("active").asBoolean(false);
      return new Said(
          url,
          active ? ExitCode.DONE : ExitCode.INACTIVE,
          Optional.of(object),
          active ? "active" : "inactive");
    } catch (Failure e) {
      return new Said(url, e.exitCode(), Optional.empty(), Text.line(e));
    }
  }

  private Request request(URI url, String form) {
    return Request.post(url, "application/x-www-form-urlencoded", form)
        .with("Rescind-At-Least", atLeast);
  }

  private String form(String credential) {
    String form = "token=" + URLEncoder.encode(credential, StandardCharsets.UTF_8);
    return hint == null
        ? form
        : form + "&token_type_hint=" + URLEncoder.encode(hint, StandardCharsets.UTF_8);
  }
}
