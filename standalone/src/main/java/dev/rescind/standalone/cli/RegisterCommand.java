package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.credential.CredentialType;
import dev.rescind.platform.json.Json;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rescind register}: {@code POST /v1/credentials}. */
@Command(
    name = "register",
    description = {
      "Register a credential. Without TOKEN, a random one is made and printed.",
      "The cluster keeps its fingerprint alone."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind register",
      "  rescind register sub=alice scope='read write' --ttl 3600",
      "  rescind register --type api_key client_id=batch aud:='[\"https://a.example\"]'",
      "  rescind register - sub=alice < token.txt",
      "",
      "Exit code: 0 registered (also when it already was), 2 usage, 3 undecided,",
      "4 unreachable or refused."
    })
final class RegisterCommand extends ClientCommand {
  private static final int RANDOM_BYTES = 32;

  @Parameters(
      arity = "0..*",
      paramLabel = "TOKEN|NAME=VALUE",
      description = {
        "The credential (- reads it from standard input), and what introspection answers of it:",
        "name=text, or name:=json. A token that holds = is given by - or as token=."
      })
  List<String> arguments = List.of();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "access_token",
      description =
          "access_token, refresh_token, api_key, id_token, hmac_key or certificate."
              + " Default: access_token.")
  String type = "access_token";

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      description = "How long until it expires (exp). Without it or exp=, never.")
  @Nullable Long ttl;

  @Option(
      names = "--as",
      paramLabel = "ROLE",
      defaultValue = "as",
      description = "Who registers: ${COMPLETION-CANDIDATES}. Default: as.")
  Role as = Role.AS;

  RegisterCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    ObjectNode body = body();
    boolean named = body.has("token") || body.has("fingerprint");
    if (!named) {
      body.put("token", randomToken());
    }
    Answer answer =
        HttpCall.as(as, environment)
            .send(
                Request.post(
                    environment.publisher("/v1/credentials"),
                    "application/json",
                    Json.write(body)));
    ObjectNode object = answer.object();
    if (!named) {
      object.set("token", body.get("token"));
    }
    if (json) {
      console.out().println(Json.write(object));
    } else if (!named) {
      console.out().println(body.get("token").textValue());
    } else {
      String already = answer.status() == 200 ? "already registered" : "registered";
      String fingerprint = object.path("fingerprint").asText("");
      console.out().println(Text.line(already + " " + type + " " + fingerprint));
    }
    return ExitCode.DONE;
  }

  private ObjectNode body() throws Failure {
    if (CredentialType.parse(type).isEmpty()) {
      throw Failure.usage(
          "--type must be one of "
              + Arrays.stream(CredentialType.values())
                  .map(CredentialType::wireName)
                  .collect(Collectors.joining(", ")));
    }
    boolean tokenFirst = !arguments.isEmpty() && !arguments.get(0).contains("=");
    ObjectNode body =
        Members.parse(tokenFirst ? arguments.subList(1, arguments.size()) : arguments);
    if (body.has("type")) {
      throw Failure.usage("the type is given by --type");
    }
    if (tokenFirst) {
      if (body.has("token") || body.has("fingerprint")) {
        throw Failure.usage("the credential is given twice");
      }
      body.put("token", arguments.get(0));
    }
    if (body.path("token").isTextual()) {
      body.put("token", console.orFirstLine(body.get("token").textValue()));
    }
    if (ttl != null) {
      if (body.has("exp")) {
        throw Failure.usage("--ttl and exp= exclude each other");
      }
      body.put("exp", Instant.now().getEpochSecond() + ttl);
    }
    return body.put("type", type);
  }

  private static String randomToken() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64Url.encode(bytes);
  }
}
