package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.standalone.mint.MintSpec;
import dev.rescind.standalone.mint.RoomyJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rescind mint}: JWTs of the demo issuer. */
@Command(
    name = "mint",
    description = {
      "Let the demo issuer sign JWTs and print them, one a line.",
      "It signs whatever is asked, good or not: it exists for testing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  rescind mint",
      "  rescind mint --sub alice --scope 'read write' --ttl 60 --alg ES256",
      "  rescind mint --ttl -10",
      "  rescind mint --claim roles='[\"ops\"]' --claim iat=null --header typ='\"JWT\"' --no-kid",
      "  rescind mint --count 1000 --json",
      "  printf '%%s\\n' '{\"sub\":\"a\"}' '{\"sub\":\"b\",\"no_kid\":true}' | rescind mint --batch",
      "",
      "Exit code: 0 minted, 2 usage, 4 unreachable or refused."
    })
final class MintCommand extends ClientCommand {
  @Option(names = "--iss", paramLabel = "URL", description = "Default: the demo issuer's own.")
  @Nullable String iss;

  @Option(names = "--sub", paramLabel = "SUB", description = "Default: alice.")
  @Nullable String sub;

  @Option(names = "--client-id", paramLabel = "ID", description = "Default: demo-client.")
  @Nullable String clientId;

  @Option(names = "--scope", paramLabel = "SCOPE", description = "Space-separated. Default: none.")
  @Nullable String scope;

  @Option(
      names = "--aud",
      paramLabel = "AUD",
      description = "Several times for several. Default: that of the demo's resource server.")
  @Nullable List<String> aud;

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      description = "From now to exp; negative for an expired token. Default: 300.")
  @Nullable Long ttl;

  @Option(names = "--sid", paramLabel = "SID", description = "Default: none.")
  @Nullable String sid;

  @Option(names = "--grant-id", paramLabel = "ID", description = "Default: none.")
  @Nullable String grantId;

  @Option(
      names = "--alg",
      paramLabel = "ALG",
      description =
          "RS256, RS384, RS512, PS256, PS384, PS512, ES256, EdDSA or none. Default: RS256.")
  @Nullable String alg;

  @Option(names = "--kid", paramLabel = "KID", description = "Default: that of the key that signs.")
  @Nullable String kid;

  @Option(names = "--no-kid", description = "Leave kid out.")
  boolean noKid;

  @Option(
      names = "--claim",
      paramLabel = "NAME=JSON",
      description = "A claim in place of any other; null takes it away.")
  @Nullable List<String> claims;

  @Option(
      names = "--header",
      paramLabel = "NAME=JSON",
      description = "A header parameter in place of any other; null takes it away.")
  @Nullable List<String> headers;

  @Option(names = "--count", paramLabel = "N", description = "How many, each with its own jti.")
  @Nullable Integer count;

  @Option(
      names = "--batch",
      description = {
        "Read a spec a line from standard input: JSON objects with the options' names, _ for -;",
        "claim and header are objects."
      })
  boolean batch;

  MintCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Environment environment) throws Failure {
    ObjectNode spec = spec();
    if (batch && !spec.isEmpty()) {
      throw Failure.usage("--batch takes all else from standard input");
    }
    HttpCall http = HttpCall.withBearer(environment.require("RESCIND_ADMIN_SECRET"));
    MintOrders orders = new MintOrders(http, environment.issuer("/mint"), this::print);
    if (batch) {
      mintBatch(orders);
    } else {
      orders.add(spec, parse(spec));
      orders.await();
    }
    return ExitCode.DONE;
  }

  /** Answers what there is before it waits for more, so that it can be talked with. */
  private void mintBatch(MintOrders orders) throws Failure {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
    long number = 0;
    try {
      String line = lines.readLine();
      while (line != null && !console.out().checkError()) {
        number++;
        if (!line.isBlank()) {
          order(orders, line, number);
        }
        if (!lines.ready()) {
          orders.await();
        }
        line = lines.readLine();
      }
    } catch (IOException e) {
      throw Failure.usage("standard input cannot be read");
    }
    orders.await();
  }

  private static void order(MintOrders orders, String line, long number) throws Failure {
    ObjectNode spec;
    MintSpec parsed;
    try {
      spec =
          RoomyJson.parseObject(line)
              .orElseThrow(() -> Failure.usage("a spec must be a JSON object"));
      parsed = parse(spec);
    } catch (Failure e) {
      orders.await();
      throw Failure.usage("line " + number + ": " + e.getMessage());
    }
    orders.add(spec, parsed);
  }

  private static MintSpec parse(ObjectNode spec) throws Failure {
    try {
      return MintSpec.parse(spec);
    } catch (MintSpec.InvalidSpec e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode spec() throws Failure {
    ObjectNode spec = Json.object();
    put(spec, "iss", iss);
    put(spec, "sub", sub);
    put(spec, "client_id", clientId);
    put(spec, "scope", scope);
    put(spec, "sid", sid);
    put(spec, "grant_id", grantId);
    put(spec, "alg", alg);
    put(spec, "kid", kid);
    if (aud != null && aud.size() == 1) {
      spec.put("aud", aud.get(0));
    } else if (aud != null) {
      ArrayNode array = spec.putArray("aud");
      aud.forEach(array::add);
    }
    if (ttl != null) {
      spec.put("ttl", ttl);
    }
    if (noKid) {
      spec.put("no_kid", true);
    }
    if (claims != null) {
      spec.set("claim", overrides("--claim", claims));
    }
    if (headers != null) {
      spec.set("header", overrides("--header", headers));
    }
    if (count != null) {
      spec.put("count", count);
    }
    return spec;
  }

  private static void put(ObjectNode spec, String name, @Nullable String value) {
    if (value != null) {
      spec.put(name, value);
    }
  }

  private static ObjectNode overrides(String option, List<String> arguments) throws Failure {
    ObjectNode overrides = Json.object();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      JsonNode value =
          equals <= 0 ? null : RoomyJson.parse(argument.substring(equals + 1)).orElse(null);
      if (value == null) {
        throw Failure.usage(
            option + " takes name=json; a text has its quotes: " + option + " name='\"text\"'");
      }
      if (overrides.has(argument.substring(0, equals))) {
        throw Failure.usage(option + " is given twice for one name");
      }
      overrides.set(argument.substring(0, equals), value);
    }
    return overrides;
  }

  private void print(String line) {
    console.out().println(json ? line : token(line));
  }

  private static String token(String line) {
    return RoomyJson.parseObject(line)
        .map(minted -> minted.path("token").asText(""))
        .orElseThrow(() -> new IllegalStateException("the issuer answers a JSON object a token"));
  }
}
