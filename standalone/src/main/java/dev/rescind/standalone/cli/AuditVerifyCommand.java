package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.audit.AuditChain;
import dev.rescind.platform.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code rescind audit verify}: follows the chain of all records itself, and has the publisher
 * follow it too, with the keys that authenticate each.
 */
@Command(
    name = "verify",
    description = {
      "Verify that no record of the audit is missing, changed, repeated or out of order.",
      "Its end can be cut off unseen, except against a head that was kept elsewhere: keep what this",
      "prints, and give it the next time."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind audit verify",
      "  rescind audit verify --anchor 1042:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
      "",
      "Exit code: 0 as it was written, 1 not so, 2 usage, 3 undecided, 4 unreachable or refused."
    })
final class AuditVerifyCommand extends ClientCommand {
  private static final Duration SERVERS_TIME = Duration.ofSeconds(20);
  private static final int MAX_SAID = 20;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "admin",
      description = "Who asks: ${COMPLETION-CANDIDATES}. Default: admin.")
  Role as = Role.ADMIN;

  @Option(
      names = "--anchor",
      paramLabel = "RECORDS:HEAD",
      description = "What an earlier verification printed: it must still be the beginning.")
  @Nullable String anchor;

  AuditVerifyCommand(Console console) {
    super(console);
  }

  /** What following the chain here came to. */
  private static final class Followed {
    final AuditChain chain = new AuditChain();
    final List<String> faults = new ArrayList<>();
    final AuditChain.@Nullable Head anchor;
    boolean anchored;

    Followed(AuditChain.@Nullable Head anchor) {
      this.anchor = anchor;
      anchored = anchor == null || chain.head().equals(anchor);
    }

    void accept(String line) {
      AuditChain.Fault fault = chain.accept(line).fault();
      if (fault != null) {
        faults.add("record " + chain.head().records() + ": " + fault);
      }
      anchored |= chain.head().equals(anchor);
    }
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    Followed followed = new Followed(head(anchor));
    HttpCall call = HttpCall.as(as, environment);
    AuditPages.read(call, environment, followed::accept);
    AuditChain.Head head = followed.chain.head();
    String question = "/v1/audit/verification?records=" + head.records() + "&head=" + head.digest();
    ObjectNode server =
        call.send(Request.get(environment.publisher(question)).plus(SERVERS_TIME)).object();
    if (!server.path("complete").asBoolean()) {
      throw new Failure(
          ExitCode.UNDECIDED, "the publisher could not read all of the audit in time");
    }
    List<String> faults = new ArrayList<>(followed.faults);
    if (!followed.anchored) {
      faults.add("what --anchor names is not the beginning of this audit");
    }
    for (JsonNode fault : server.path("faults")) {
      faults.add(
          "at offset " + fault.path("offset").asLong() + ": " + fault.path("fault").asText());
    }
    if (!server.path("intact").asBoolean() && faults.isEmpty()) {
      faults.add("the beginning of the topic is gone");
    }
    if (!server.path("anchored").asBoolean()) {
      faults.add("the publisher's audit is another than the one that it listed");
    }
    return say(head, faults);
  }

  private ExitCode say(AuditChain.Head head, List<String> faults) {
    if (json) {
      ObjectNode answer = Json.object();
      answer.put("intact", faults.isEmpty());
      answer.put("records", head.records()).put("head", head.digest().toString());
      faults.forEach(answer.putArray("faults")::add);
      console.out().println(Json.write(answer));
    } else {
      faults.stream().limit(MAX_SAID).map(Text::line).forEach(console.out()::println);
      console
          .out()
          .println(
              (faults.isEmpty() ? "intact: " : "NOT INTACT: ")
                  + head.records()
                  + ":"
                  + head.digest());
    }
    return faults.isEmpty() ? ExitCode.DONE : ExitCode.INACTIVE;
  }

  private static AuditChain.@Nullable Head head(@Nullable String text) throws Failure {
    if (text == null) {
      return null;
    }
    Failure usage = Failure.usage("--anchor must be a number of records, a colon and their head");
    if (!text.matches("[0-9]{1,18}:[A-Za-z0-9_-]{43}")) {
      throw usage;
    }
    int colon = text.indexOf(':');
    return new AuditChain.Head(
        Long.parseLong(text.substring(0, colon)),
        Fingerprint.parse(text.substring(colon + 1)).orElseThrow(() -> usage));
  }
}
