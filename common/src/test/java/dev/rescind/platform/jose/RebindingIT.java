package dev.rescind.platform.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** F22: names whose addresses an attacker rules, and a server inside that nobody may connect to. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RebindingIT {
  private static final Signer A = Signer.ec("P-256");
  private static final String NAME = "keys.attacker.example";

  private final Vertx vertx = Vertx.vertx();
  private final JwksServer outside = new JwksServer(vertx);

  /** One list for each look-up, in turn; the last stays. */
  private final Deque<List<InetAddress>> answers = new ArrayDeque<>();

  private final List<String> lookedUp = new ArrayList<>();
  private ServerSocketChannel inside;

  @BeforeEach
  void listen() throws Exception {
    outside.willPublish(A.jwk("a"));
    inside = ServerSocketChannel.open();
    inside.bind(new InetSocketAddress("127.0.0.2", outside.port()));
    inside.configureBlocking(false);
  }

  @AfterEach
  void close() throws Exception {
    inside.close();
    vertx.close().await();
  }

  private byte[] get(PrivateAddresses listed, String host) {
    HostLookup rebinding =
        name -> {
          lookedUp.add(name);
          return Future.succeededFuture(
              answers.size() > 1 ? answers.remove() : Objects.requireNonNull(answers.peek()));
        };
    return new BoundedGet(vertx, Duration.ofSeconds(10), listed, rebinding)
        .get("http://" + host + ":" + outside.port() + "/jwks")
        .await();
  }

  private static List<InetAddress> at(String... literals) throws Exception {
    List<InetAddress> all = new ArrayList<>();
    for (String literal : literals) {
      all.add(InetAddress.getByName(literal));
    }
    return all;
  }

  private void assertNobodyConnected() throws Exception {
    assertThat(inside.accept()).isNull();
    assertThat(outside.asked()).isEmpty();
  }

  @Test
  void aNameThatLeadsInsideIsNotConnectedTo() throws Exception {
    for (List<InetAddress> leads :
        List.of(at("127.0.0.2"), at("::ffff:127.0.0.2"), at("169.254.169.254"), at("::1"))) {
      answers.clear();
      answers.add(leads);
      assertThatThrownBy(() -> get(PrivateAddresses.none(), NAME))
          .hasMessageContaining("outbound.private_addresses");
    }
    assertNobodyConnected();
  }

  @Test
  void aNameThatLeadsInsideAndOutsideIsNotConnectedTo() throws Exception {
    answers.add(at("127.0.0.1", "127.0.0.2"));

    assertThatThrownBy(() -> get(PrivateAddresses.of(List.of("127.0.0.1")), NAME))
        .isInstanceOf(KeyFetchException.class);
    assertNobodyConnected();
  }

  @Test
  void whatWasLookedUpIsWhatIsConnectedTo_thoughTheNameMeansSomethingElseMeanwhile()
      throws Exception {
    answers.add(at("127.0.0.1"));
    answers.add(at("127.0.0.2"));

    byte[] body = get(PrivateAddresses.of(List.of("127.0.0.1")), NAME);

    assertThat(JwkReader.readSet(body)).hasSize(1);
    assertThat(lookedUp).containsExactly(NAME);
    assertThat(outside.hosts()).containsExactly(NAME + ":" + outside.port());
    assertThatThrownBy(() -> get(PrivateAddresses.of(List.of("127.0.0.1")), NAME))
        .isInstanceOf(KeyFetchException.class);
    assertThat(inside.accept()).isNull();
  }

  @Test
  void triesTheNextAddress_whereOneDoesNotTakeTheConnection() throws Exception {
    answers.add(at("127.0.0.3", "127.0.0.1"));

    assertThat(get(PrivateAddresses.of(List.of(NAME)), NAME)).isNotEmpty();
  }

  @Test
  void theSystemsLookUpReadsEverySpellingOfThisMachine_andNoneIsConnectedTo() throws Exception {
    for (String host : List.of("localhost", "127.0.0.2", "127.2", "2130706434", "[::1]")) {
      assertThatThrownBy(
              () ->
                  new BoundedGet(vertx, Duration.ofSeconds(10), PrivateAddresses.none())
                      .get("http://" + host + ":" + outside.port() + "/jwks")
                      .await())
          .as(host)
          .isInstanceOf(KeyFetchException.class);
    }
    assertNobodyConnected();
  }

  @Test
  void metadataWhoseKeysAreInsideIsNotFollowed() throws Exception {
    String iss = outside.url("");
    outside.will(
        request ->
            JwksServer.answer(
                request,
                200,
                "{\"issuer\":\""
                    + iss
                    + "\",\"jwks_uri\":\"http://127.0.0.2:"
                    + outside.port()
                    + "/jwks\"}"));
    Issuers issuers =
        new Issuers(
            vertx,
            List.of(IssuerConfig.of(iss, IssuerConfig.Keys.discovered())),
            System::nanoTime,
            PrivateAddresses.of(List.of("127.0.0.1")));
    issuers.start().await();

    assertThat(issuers.check().get(0).failure()).contains("outbound.private_addresses");
    assertThat(inside.accept()).isNull();
  }
}
