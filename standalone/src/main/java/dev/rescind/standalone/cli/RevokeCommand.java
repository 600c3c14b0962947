package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescind revoke}: {@code POST /v1/revocations}. */
@Command(
    name = "revoke",
    description = {
      "Revoke a token, or all credentials of a grant, session, subject, client, issuer, key or"
          + " certificate."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind revoke token - < token.txt",
      "  rescind revoke token jti=5c1f iss=https://as.example",
      "  rescind revoke subject sub=alice --confirm --reason 'laptop stolen'",
      "  rescind revoke client client_id=batch --until 2030-01-01T00:00:00Z",
      "  rescind revoke key jkt=NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
      "  rescind revoke certificate x5t#S256=bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2",
      "",
      "Exit code: 0 done, 2 usage, 3 undecided (or done, but not confirmed by every node in",
      "time), 4 unreachable or refused."
    })
final class RevokeCommand extends ClientCommand {
  private static final int MAX_CONFIRM_MILLIS = 30_000;

  @Parameters(
      index = "0",
      paramLabel = "TYPE",
      description = "token, grant, session, subject, client, issuer, key or certificate.")
  String type = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "NAME=VALUE",
      description = {
        "What names it: token=, fingerprint= or jti=; grant_id=; sid=; sub=; client_id=; iss=; kid="
            + " or jkt=; x5t#S256=.",
        "iss= defaults to RESCIND_ISSUER, but for a whole issuer. For a token, - reads it from"
            + " standard input."
      })
  List<String> members = List.of();

  @Option(
      names = "--issued-before",
      paramLabel = "TIME",
      description =
          "Only what was issued at or before then: seconds, RFC 3339, or always. Default: always for"
              + " a token, key or certificate, now for all else.")
  @Nullable String issuedBefore;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "End by itself then: seconds, or RFC 3339.")
  @Nullable String until;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept with the revocation.")
  @Nullable String reason;

  @Option(names = "--confirm", description = "Wait until every node has applied it.")
  boolean confirm;

  @Option(
      names = "--confirm-timeout",
      paramLabel = "MS",
      description = "How long to wait for the nodes, 1 to 30000. Default: the cluster's, 2000.")
  @Nullable Integer confirmTimeout;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "The same key again gives the same revocation, not another one.")
  @Nullable String idempotencyKey;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "admin",
      description = "Who revokes: ${COMPLETION-CANDIDATES}. Default: admin.")
  Role as = Role.ADMIN;

  RevokeCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    if (confirmTimeout != null
        && (!confirm || confirmTimeout < 1 || confirmTimeout > MAX_CONFIRM_MILLIS)) {
      throw Failure.usage(
          "--confirm-timeout goes with --confirm, and is 1 to " + MAX_CONFIRM_MILLIS);
    }
    ObjectNode body = Json.object();
    body.set("target", TargetArguments.parse(type, members, console, environment));
    if (issuedBefore != null) {
      body.set("issued_before", Members.time(issuedBefore));
    }
    if (until != null) {
      body.set("until", Members.time(until));
    }
    if (reason != null) {
      body.put("reason", reason);
    }
    Request request =
        Request.post(
                environment.publisher("/v1/revocations" + query()),
                "application/json",
                Json.write(body))
            .with("Idempotency-Key", idempotencyKey)
            .plus(Duration.ofMillis(confirmMillis()));
    ObjectNode answer = HttpCall.as(as, environment).send(request).object();
    if (json) {
      console.out().println(Json.write(answer));
    } else {
      print(answer);
    }
    return isComplete(answer) ? ExitCode.DONE : ExitCode.UNDECIDED;
  }

  private String query() {
    if (!confirm) {
      return "";
    }
    return "?confirm=all" + (confirmTimeout == null ? "" : "&confirm_timeout_ms=" + confirmTimeout);
  }

  private int confirmMillis() {
    return confirmTimeout == null ? 0 : confirmTimeout;
  }

  private static boolean isComplete(ObjectNode answer) {
    return answer.path("confirmation").path("complete").asBoolean(true);
  }

  private void print(ObjectNode answer) {
    if (answer.has("approval")) {
      console.out().println("waits for approval");
      Text.table(Text.rows((ObjectNode) answer.path("approval"), Set.of()))
          .forEach(line -> console.out().println("  " + line));
      return;
    }
    console.out().println("revoked");
    List<List<String>> rows =
        new ArrayList<>(Text.rows(answer, Set.of("confirmation", "position", "actor")));
    JsonNode confirmation = answer.path("confirmation");
    for (JsonNode node : confirmation.path("nodes")) {
      rows.add(
          List.of(
              Text.line(node.path("node").asText()),
              "applied after " + Text.line(node.path("applied_ms").asText()) + " ms"));
    }
    for (JsonNode node : confirmation.path("missing")) {
      rows.add(List.of(Text.line(node.asText()), "has not confirmed in time"));
    }
    Text.table(rows).forEach(line -> console.out().println("  " + line));
  }
}
