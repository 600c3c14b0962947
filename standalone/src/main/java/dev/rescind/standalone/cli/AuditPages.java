package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** All records of the audit, from {@code GET /v1/audit} page by page. */
final class AuditPages {
  private AuditPages() {}

  /** Gives each record's line, oldest first. */
  static void read(HttpCall call, Environment environment, Consumer<String> line) throws Failure {
    String cursor = "0.0";
    while (!cursor.isEmpty()) {
      ObjectNode page =
          call.send(
                  Request.get(
                      environment.publisher(
                          "/v1/audit?limit=1000&cursor="
                              + URLEncoder.encode(cursor, StandardCharsets.UTF_8))))
              .object();
      for (JsonNode item : page.path("items")) {
        line.accept(Json.canonical(item));
      }
      String next = page.path("next").asText("");
      if (next.equals(cursor)) {
        throw new Failure(ExitCode.UNDECIDED, "the audit could not be read in time; try again");
      }
      cursor = next;
    }
  }
}
