package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a service answered. */
record Answer(URI url, int status, Optional<String> retryAfter, String body) {

  boolean isUndecided() {
    return status == 503;
  }

  boolean isDone() {
    return status >= 200 && status <= 299;
  }

  /** The JSON object of an answer that is one and done; a failure for all others. */
  ObjectNode object() throws Failure {
    if (!isDone()) {
      throw refusal();
    }
    return Json.parseObject(body)
        .orElseThrow(
            () -> new Failure(ExitCode.REFUSED, origin() + " answered something unexpected"));
  }

  /** Why it is not done, in a line. */
  Failure refusal() {
    if (isUndecided()) {
      String later =
          retryAfter
              .filter(text -> text.matches("[0-9]{1,6}"))
              .map(seconds -> "; try again in " + seconds + " s")
              .orElse("; try again");
      return new Failure(
          ExitCode.UNDECIDED, "undecided: " + origin() + " is not sure now (503)" + later);
    }
    String why = explanation().map(text -> ": " + text).orElse("");
    return new Failure(ExitCode.REFUSED, origin() + " refused (" + status + ")" + why);
  }

  /** The members of RFC 9457 and RFC 6749 errors that are for people. */
  private Optional<String> explanation() {
    Optional<ObjectNode> problem = Json.parseObject(body);
    if (problem.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    for (JsonNode error : problem.get().path("errors")) {
      String field = error.path("field").asText("");
      parts.add((field + " " + error.path("message").asText("")).strip());
    }
    if (parts.isEmpty()) {
      for (String name : List.of("detail", "error_description", "error", "title")) {
        if (parts.isEmpty() && problem.get().path(name).isTextual()) {
          parts.add(problem.get().path(name).textValue());
        }
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(Text.line(String.join("; ", parts)));
  }

  String origin() {
    return url.getScheme() + "://" + url.getRawAuthority();
  }

  /** The body can hold what is not for logs. */
  @Override
  public String toString() {
    return "Answer[" + status + "]";
  }
}
