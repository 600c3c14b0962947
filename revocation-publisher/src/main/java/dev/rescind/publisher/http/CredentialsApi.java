package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.ApiKeySyntax;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.register.Registrar;
import dev.rescind.publisher.register.Registration;
import dev.rescind.publisher.revoke.FieldErrors;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/credentials}: registers one credential, or many as NDJSON. */
final class CredentialsApi {
  /** No body is larger than this, in bytes. */
  static final int MAX_BODY = 4 * 1024 * 1024;

  private static final int MAX_LINES = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(CredentialsApi.class);
  private static final String NDJSON = "application/x-ndjson";

  private static final String FULL =
      "as many credentials are registered as grid.max_credentials allows";

  private final Registrar registrar;
  private final ApiKeySyntax apiKeys;
  private final InstantSource clock;
  private final Supplier<String> position;

  /**
   * @param position the text of the position up to which this publisher has read the log
   */
  CredentialsApi(
      Registrar registrar, ApiKeySyntax apiKeys, InstantSource clock, Supplier<String> position) {
    this.registrar = registrar;
    this.apiKeys = apiKeys;
    this.clock = clock;
    this.position = position;
  }

  Future<Void> register(Exchange exchange) throws Problem {
    exchange.require(Right.REGISTER);
    return exchange.isType(NDJSON) ? registerLines(exchange) : registerOne(exchange);
  }

  private Future<Void> registerOne(Exchange exchange) throws Problem {
    if (exchange.body().length() > Exchange.MAX_BODY) {
      throw Problem.tooLarge(Exchange.MAX_BODY);
    }
    FieldErrors errors = new FieldErrors();
    Registration registration = parse(exchange, exchange.json(), errors);
    if (registration == null) {
      throw Problem.unprocessable(errors);
    }
    exchange.event().with("id", registration.credential().fingerprint().toString());
    return registrar
        .register(registration)
        .compose(
            outcome ->
                switch (outcome) {
                  case CREATED, SAME ->
                      exchange.answer(status(outcome), position.get(), fingerprint(registration));
                  case DIFFERENT ->
                      Future.failedFuture(
                          Problem.conflict("this credential is registered with other content"));
                  case FULL -> Future.failedFuture(Problem.unavailable(FULL));
                });
  }

  private @Nullable Registration parse(Exchange exchange, ObjectNode body, FieldErrors errors) {
    Registration registration =
        Registration.parse(
            body,
            new Registration.Registrant(exchange.clientId(), exchange.caller().limits().iss()),
            clock.instant(),
            errors);
    if (apiKeys.isMisspelt(body.path("token").asText())) {
      errors.add("token", "begins as the API keys of this cluster do, and is none");
      return null;
    }
    if (registration != null
        && !exchange.caller().reaches(registration.credential().names().iss())) {
      errors.add("iss", "must be one that the caller may register for");
      return null;
    }
    if (registration != null && !registrar.allowsLifetime(registration.credential())) {
      errors.add(
          "exp",
          "must be given, and be no longer after iat than max_lifetime of the issuer allows");
      return null;
    }
    return registration;
  }

  private static ObjectNode fingerprint(Registration registration) {
    return Json.object().put("fingerprint", registration.credential().fingerprint().toString());
  }

  private Future<Void> registerLines(Exchange exchange) throws Problem {
    List<byte[]> lines = lines(exchange.body());
    if (lines.size() > MAX_LINES) {
      throw Problem.tooManyLines(MAX_LINES);
    }
    exchange.event().with("count", lines.size());
    List<Future<ObjectNode>> answers = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      answers.add(registerLine(exchange, i + 1, lines.get(i)));
    }
    return Future.join(answers)
        .compose(
            all -> {
              StringBuilder text = new StringBuilder();
              for (Future<ObjectNode> answer : answers) {
                text.append(Json.write(answer.result())).append('\n');
              }
              return exchange.answer(200, position.get(), NDJSON, text.toString());
            });
  }

  /** What became of one line; never fails, for the others' sake. */
  private Future<ObjectNode> registerLine(Exchange exchange, int number, byte[] line) {
    FieldErrors errors = new FieldErrors();
    if (line.length > Exchange.MAX_BODY) {
      errors.add("", "the line has more than " + Exchange.MAX_BODY + " bytes");
      return Future.succeededFuture(refused(number, 413, errors));
    }
    Optional<ObjectNode> body = Json.parseObject(line);
    if (body.isEmpty()) {
      errors.add("", "the line is not one JSON object without duplicate members");
      return Future.succeededFuture(refused(number, 400, errors));
    }
    Registration registration = parse(exchange, body.get(), errors);
    if (registration == null) {
      return Future.succeededFuture(refused(number, 422, errors));
    }
    ObjectNode answer = Json.object().put("line", number);
    return registrar
        .register(registration)
        .map(CredentialsApi::status)
        .otherwise(
            error -> {
              LOG.warn(
                  "A registration failed: {}: {}",
                  error.getClass().getSimpleName(),
                  error.getMessage());
              errors.add("", Exchange.whyUnavailable(error));
              return 503;
            })
        .map(
            status -> {
              answer.put("status", status).setAll(fingerprint(registration));
              if (status == 409) {
                errors.add("fingerprint", "is registered with other content");
              } else if (status == 503 && errors.isEmpty()) {
                errors.add("", FULL);
              }
              addErrors(answer, errors);
              return answer;
            });
  }

  private static ObjectNode refused(int number, int status, FieldErrors errors) {
    ObjectNode answer = Json.object().put("line", number).put("status", status);
    addErrors(answer, errors);
    return answer;
  }

  private static void addErrors(ObjectNode answer, FieldErrors errors) {
    if (!errors.isEmpty()) {
      var list = answer.putArray("errors");
      for (FieldErrors.FieldError one : errors.list()) {
        list.addObject().put("field", one.field()).put("message", one.message());
      }
    }
  }

  private static int status(Registrar.Outcome outcome) {
    return switch (outcome) {
      case CREATED -> 201;
      case SAME -> 200;
      case DIFFERENT -> 409;
      case FULL -> 503;
    };
  }

  /** The body's lines; what follows the last line feed is a line only if there is something. */
  private static List<byte[]> lines(Buffer body) {
    byte[] bytes = body.getBytes();
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length && lines.size() <= MAX_LINES; i++) {
      if (i == bytes.length ? i > start : bytes[i] == '\n') {
        int end = i > start && bytes[i - 1] == '\r' ? i - 1 : i;
        lines.add(Arrays.copyOfRange(bytes, start, end));
        start = i + 1;
      }
    }
    return lines;
  }
}
