package dev.rescind.platform.jose;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The keys of clients that sign what they send, and the verifier of it: each is the issuer of its
 * own JWTs (RFC 7523 section 3).
 */
public final class ClientKeys {
  private static final Duration FETCH_LIMIT = Duration.ofSeconds(5);

  /** RFC 7523 names no {@code typ}; its coming revision has one of its own. */
  private static final List<String> TYP = List.of("JWT", "client-authentication+jwt");

  /** Where a client's keys come from. */
  public sealed interface Source {
    /** The text of a JWK Set (RFC 7517 section 5). */
    record Inline(String jwks) implements Source {}

    record InFile(Path file) implements Source {}

    /**
     * A JWK Set at a URL.
     *
     * @param allowHttp whether plain http is allowed from any host
     */
    record AtUrl(String url, boolean allowHttp) implements Source {}

    /** Shared secrets, of which any may have signed: their UTF-8 bytes. */
    record Secrets(List<String> secrets) implements Source {
      public Secrets {
        secrets = List.copyOf(secrets);
      }

      @Override
      public String toString() {
        return "***";
      }
    }
  }

  /**
   * A client.
   *
   * @param algs that its JWTs may be signed with
   * @param skew by which its clock may differ
   */
  public record Client(String clientId, Source source, List<String> algs, Duration skew) {
    public Client {
      algs = List.copyOf(algs);
    }
  }

  private final Map<String, Held> clients = new LinkedHashMap<>();
  private final Vertx vertx;
  private final LongSupplier nanoClock;
  private final BoundedGet http;
  private final JwtVerifier verifier;

  /** A client's keys, and what they are the keys of. */
  private record Held(Client client, IssuerKeys keys) {}

  /**
   * @param nanoClock monotonic, as {@link System#nanoTime}
   * @param listed the private addresses from which keys may come
   * @throws IllegalArgumentException where a client is there twice, or its keys cannot be used
   */
  public ClientKeys(
      Vertx vertx, List<Client> clients, LongSupplier nanoClock, PrivateAddresses listed) {
    this(vertx, clients, nanoClock, new BoundedGet(vertx, FETCH_LIMIT, listed), Map.of());
  }

  private ClientKeys(
      Vertx vertx,
      List<Client> clients,
      LongSupplier nanoClock,
      BoundedGet http,
      Map<String, Held> before) {
    this.vertx = vertx;
    this.nanoClock = nanoClock;
    this.http = http;
    for (Client client : clients) {
      Held held = before.get(client.clientId());
      if (held == null || !held.client().equals(client)) {
        held = new Held(client, keys(client));
      }
      if (this.clients.put(client.clientId(), held) != null) {
        throw new IllegalArgumentException("a client is there twice: " + client.clientId());
      }
    }
    Map<String, IssuerKeys> all = new LinkedHashMap<>();
    this.clients.forEach((clientId, held) -> all.put(clientId, held.keys()));
    verifier = new JwtVerifier(all);
  }

  private IssuerKeys keys(Client client) {
    IssuerConfig config =
        new IssuerConfig(
            client.clientId(),
            keys(client.source()),
            new IssuerConfig.Accept(client.algs(), TYP, List.of(), client.skew(), null));
    return new IssuerKeys(
        config,
        vertx,
        source(vertx, client.source()),
        nanoClock,
        new IssuerKeys.Start(0, new KeyHistory(), null));
  }

  /**
   * The keys of these clients: as they are held already of those that are the same. Those of all
   * others are not fetched any more.
   */
  public ClientKeys successor(List<Client> next) {
    ClientKeys successor = new ClientKeys(vertx, next, nanoClock, http, clients);
    clients.forEach(
        (clientId, held) -> {
          if (!held.equals(successor.clients.get(clientId))) {
            held.keys().close();
          }
        });
    successor.clients.forEach(
        (clientId, held) -> {
          if (!held.equals(clients.get(clientId))) {
            var unused = held.keys().start();
          }
        });
    return successor;
  }

  /** Checks keys that are given as text. */
  public static boolean isUsable(Source.Inline inline) {
    try {
      return !read(inline).isEmpty();
    } catch (KeyFetchException e) {
      return false;
    }
  }

  /** Whether keys may come from that URL. */
  public static boolean isAllowed(String url, boolean allowHttp) {
    return HttpUrl.isAllowed(url, allowHttp);
  }

  /**
   * As an issuer's are configured: by the first of several secrets, or for an inline set by none.
   */
  private static IssuerConfig.Keys keys(Source source) {
    if (source instanceof Source.AtUrl at) {
      IssuerConfig.Keys plain = IssuerConfig.Keys.inFile(at.url());
      return new IssuerConfig.Keys(
          at.url(), false, null, null, at.allowHttp(), plain.refreshInterval(), plain.maxAge());
    }
    if (source instanceof Source.Secrets shared) {
      return IssuerConfig.Keys.secret(shared.secrets().get(0));
    }
    return IssuerConfig.Keys.inFile(
        source instanceof Source.InFile in ? in.file().toString() : "inline");
  }

  private KeySource source(Vertx vertx, Source source) {
    if (source instanceof Source.AtUrl at) {
      return new UrlKeys(http, at.url());
    }
    if (source instanceof Source.InFile in) {
      return new FileKeys(vertx, in.file());
    }
    if (source instanceof Source.Secrets shared) {
      List<VerificationKey> keys =
          shared.secrets().stream()
              .map(one -> VerificationKey.ofSecret(one.getBytes(StandardCharsets.UTF_8)))
              .toList();
      return () -> Future.succeededFuture(keys);
    }
    Source.Inline inline = (Source.Inline) source;
    return () -> {
      try {
        return Future.succeededFuture(read(inline));
      } catch (KeyFetchException e) {
        return Future.failedFuture(e);
      }
    };
  }

  private static List<VerificationKey> read(Source.Inline inline) throws KeyFetchException {
    return JwkReader.readSet(inline.jwks().getBytes(StandardCharsets.UTF_8));
  }

  /** Verifies JWTs of which the {@code iss} is a client. */
  public JwtVerifier verifier() {
    return verifier;
  }

  /** Begins to fetch keys; complete after the first attempt for each client, however it went. */
  public Future<Void> start() {
    return Future.join(clients.values().stream().map(held -> held.keys().start()).toList())
        .mapEmpty();
  }

  public Future<Void> close() {
    clients.values().forEach(held -> held.keys().close());
    return http.close();
  }
}
