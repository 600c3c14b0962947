package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.standalone.mint.MintSpec;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Specs on their way to the demo issuer, a few requests of bounded size at once, and its answers in
 * the order of the specs.
 */
final class MintOrders {
  private static final int TOKENS_A_REQUEST = 250;
  private static final int CHARS_A_REQUEST = 1 << 20;
  private static final int REQUESTS_AT_ONCE = 4;

  private final HttpCall http;
  private final URI url;
  private final Consumer<String> lines;
  private final Queue<CompletableFuture<Answer>> underWay = new ArrayDeque<>();
  private final StringBuilder request = new StringBuilder();
  private int tokens;

  /**
   * @param lines is given one line of JSON a token
   */
  MintOrders(HttpCall http, URI url, Consumer<String> lines) {
    this.http = http;
    this.url = url;
    this.lines = lines;
  }

  /** Orders the tokens of one spec, however many. */
  void add(ObjectNode json, MintSpec spec) throws Failure {
    int left = spec.count();
    while (left > 0) {
      int some = Math.min(left, TOKENS_A_REQUEST - tokens);
      request.append(Json.write(json.put("count", some))).append('\n');
      tokens += some;
      left -= some;
      if (tokens == TOKENS_A_REQUEST || request.length() > CHARS_A_REQUEST) {
        send();
      }
    }
  }

  /** Waits for all that was ordered. */
  void await() throws Failure {
    if (tokens > 0) {
      send();
    }
    while (!underWay.isEmpty()) {
      takeOne();
    }
  }

  private void send() throws Failure {
    if (underWay.size() == REQUESTS_AT_ONCE) {
      takeOne();
    }
    underWay.add(http.sendAsync(Request.post(url, "application/x-ndjson", request.toString())));
    request.setLength(0);
    tokens = 0;
  }

  private void takeOne() throws Failure {
    Answer answer = HttpCall.await(underWay.remove());
    if (!answer.isDone()) {
      throw answer.refusal();
    }
    answer.body().lines().forEach(lines);
  }
}
