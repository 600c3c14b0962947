package dev.rescind.platform.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads a request's body up to a limit. */
public final class BoundedBody {
  /**
   * So much of a body that is too large is read and thrown away, so that the answer arrives; who
   * then still sends is cut off.
   */
  private static final long MAX_DISCARDED = 4L * 1024 * 1024;

  private BoundedBody() {}

  /** The body has more bytes than the limit. */
  public static final class TooLargeException extends Exception {
    private static final long serialVersionUID = 1;

    TooLargeException(int limit) {
      super("the body has more than " + limit + " bytes", null, false, false);
    }
  }

  /**
   * Reads a body, also of a request that was paused; fails with {@link TooLargeException} when it
   * has more bytes than {@code limit}.
   */
  public static Future<Buffer> read(HttpServerRequest request, int limit) {
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue(); // RFC 9110 section 10.1.1: the client waits for it
    }
    Future<Buffer> body = readUpTo(request, limit);
    request.resume();
    return body;
  }

  /** Throws the body of a request away that is refused whatever it holds. */
  public static void discard(HttpServerRequest request) {
    var unused = readUpTo(request, 0);
    request.resume();
  }

  /**
   * Closes the connection of a request that was answered before its body came to an end, once it
   * has: sooner, and who still sends would not see the answer.
   */
  public static void closeAfter(HttpServerRequest request, Future<Void> answered) {
    Future.all(answered, request.end()).onComplete(done -> request.connection().close());
  }

  private static Future<Buffer> readUpTo(HttpServerRequest request, int limit) {
    Promise<Buffer> body = Promise.promise();
    Reader reader = new Reader(request, limit, body);
    request.handler(reader::chunk).exceptionHandler(body::tryFail).endHandler(end -> reader.end());
    return body.future();
  }

  private static final class Reader {
    private final HttpServerRequest request;
    private final int limit;
    private final Promise<Buffer> body;
    private final Buffer read = Buffer.buffer();
    private long total;

    Reader(HttpServerRequest request, int limit, Promise<Buffer> body) {
      this.request = request;
      this.limit = limit;
      this.body = body;
    }

    void chunk(Buffer chunk) {
      total += chunk.length();
      if (total <= limit) {
        read.appendBuffer(chunk);
      } else if (total > limit + MAX_DISCARDED && !body.tryFail(new TooLargeException(limit))) {
        request.connection().close();
      }
    }

    void end() {
      if (total > limit) {
        body.tryFail(new TooLargeException(limit));
      } else {
        body.tryComplete(read);
      }
    }
  }
}
