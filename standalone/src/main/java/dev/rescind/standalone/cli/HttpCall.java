package dev.rescind.standalone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests with an identity's credentials, each of bounded time and answer.
 *
 * <p>By {@link HttpURLConnection}, for a command is over in less time than {@code
 * java.net.http.HttpClient} takes to be made: 0.3 s of CPU, most of it for TLS that is not used.
 */
final class HttpCall {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int MAX_ANSWER = 16 << 20;

  private final String authorization;
  private final Optional<SSLSocketFactory> trusted;

  private HttpCall(String authorization, Optional<SSLSocketFactory> trusted) {
    // A request that has been sent is never sent again by itself.
    System.setProperty("sun.net.http.retryPost", "false");
    this.authorization = authorization;
    this.trusted = trusted;
  }

  /** {@code client_secret_basic}, encoded as RFC 6749 section 2.3.1 has it. */
  static HttpCall as(Role role, Environment environment) throws Failure {
    String pair =
        URLEncoder.encode(environment.require(role.idName()), StandardCharsets.UTF_8)
            + ":"
            + URLEncoder.encode(environment.require(role.secretName()), StandardCharsets.UTF_8);
    return new HttpCall(
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)),
        Authorities.of(environment));
  }

  static HttpCall withBearer(String secret) {
    return new HttpCall("Bearer " + secret, Optional.empty());
  }

  /** The answer, whatever its status. */
  Answer send(Request request) throws Failure {
    return await(sendAsync(request));
  }

  /** The answer, or a {@link Failure}. */
  CompletableFuture<Answer> sendAsync(Request request) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread thread = new Thread(() -> exchange(request, answer), "http");
    thread.setDaemon(true);
    thread.start();
    return answer
        .orTimeout(request.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            e -> CompletableFuture.failedFuture(unreached(request.url(), rootOf(e))));
  }

  static Answer await(CompletableFuture<Answer> answer) throws Failure {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw e;
    }
  }

  private void exchange(Request request, CompletableFuture<Answer> answer) {
    try {
      answer.complete(exchange(request));
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private Answer exchange(Request request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) request.url().toURL().openConnection();
    if (connection instanceof HttpsURLConnection secure) {
      trusted.ifPresent(secure::setSSLSocketFactory);
    }
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout((int) request.timeout().toMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod(request.method());
    connection.setRequestProperty("Authorization", authorization);
    connection.setRequestProperty("Accept", "application/json, application/*;q=0.9");
    request.headers().forEach(connection::setRequestProperty);
    if (request.body() != null) {
      connection.setDoOutput(true);
      try (OutputStream body = connection.getOutputStream()) {
        body.write(request.body().getBytes(StandardCharsets.UTF_8));
      }
    }
    int status = connection.getResponseCode();
    return new Answer(
        request.url(),
        status,
        Optional.ofNullable(connection.getHeaderField("Retry-After")),
        read(status < 400 ? connection.getInputStream() : connection.getErrorStream()));
  }

  private static String read(@Nullable InputStream body) throws IOException {
    if (body == null) {
      return "";
    }
    try (body) {
      byte[] bytes = body.readNBytes(MAX_ANSWER + 1);
      if (bytes.length > MAX_ANSWER) {
        throw new IOException("its answer is longer than " + MAX_ANSWER + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static Throwable rootOf(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? rootOf(e.getCause()) : e;
  }

  private static Failure unreached(URI url, Throwable cause) {
    String origin = url.getScheme() + "://" + url.getRawAuthority();
    if (cause instanceof ConnectException) {
      return new Failure(
          ExitCode.REFUSED, "nothing answers at " + origin + ": is `rescind up` running?");
    }
    if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
      return new Failure(
          ExitCode.REFUSED,
          origin + " has not answered in time: whether it did what was asked is not known");
    }
    return new Failure(ExitCode.REFUSED, origin + " cannot be asked: " + Text.line(cause));
  }
}
