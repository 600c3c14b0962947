package dev.rescind.platform.jose;

import static dev.rescind.platform.jose.OneIssuer.ISS;
import static dev.rescind.platform.jose.OneIssuer.NOW;
import static dev.rescind.platform.jose.OneIssuer.claims;
import static dev.rescind.platform.jose.OneIssuer.header;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.credential.PresentedToken;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Issuers that are added, changed and taken away while their tokens are verified. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class IssuersChangeIT {
  private static final Signer KEY = Signer.ec("P-256");
  private static final String JKT = requireNonNull(JwkReader.read(KEY.jwk()).orElseThrow().jkt());
  private static final String OTHER = "https://other.example";
  private static final String SECRET = "a shared secret of thirty-six letters";

  private final Vertx vertx = Vertx.vertx();
  private final JwksServer server = new JwksServer(vertx);
  private final IssuerConfig config = at("/jwks");
  private final Issuers issuers =
      new Issuers(
          vertx, List.of(config), System::nanoTime, PrivateAddresses.of(List.of("127.0.0.1")));

  @BeforeEach
  void start() {
    server.willPublish(KEY.jwk("a"));
    issuers.start().await();
  }

  @AfterEach
  void close() throws Exception {
    issuers.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private IssuerConfig at(String path) {
    return IssuerConfig.of(ISS, IssuerConfig.Keys.atUri(server.url(path)));
  }

  private static IssuerConfig of(String iss) {
    return IssuerConfig.of(iss, IssuerConfig.Keys.secret(SECRET));
  }

  private String outcome() {
    return outcome(issuers.verifier());
  }

  private static String outcome(JwtVerifier verifier) {
    String jwt = KEY.sign("ES256", header("ES256", "a"), claims(""));
    Future<JwtVerdict> verdict =
        verifier.verify((PresentedToken.Jwt) PresentedToken.parse(jwt).orElseThrow(), NOW);
    return OneIssuer.outcome(verdict.await());
  }

  @Test
  void anIssuerThatIsNotChanged_keepsItsKeys_andIsNotAskedForThemAgain() {
    long before = issuers.view().configurationOf(ISS);

    issuers.configure(List.of(of(OTHER), at("/jwks")));

    assertThat(outcome()).isEqualTo("verified");
    assertThat(server.asked()).hasSize(1);
    assertThat(issuers.view().configurationOf(ISS)).isEqualTo(before);
    assertThat(issuers.isConfigured(OTHER)).isTrue();
  }

  @Test
  void anIssuerThatIsGone_isForeignAtOnce() {
    IssuerView before = issuers.view();

    issuers.configure(List.of());

    assertThat(outcome()).isEqualTo("foreign");
    assertThat(issuers.view().configurationOf(ISS)).isZero();
    assertThat(issuers.view().isCurrent(ISS, JKT)).isFalse();
    assertThat(issuers.view().number()).isNotEqualTo(before.number());
    assertThat(issuers.view().policy()).isNotEqualTo(before.policy());
  }

  @Test
  void anIssuerThatIsChanged_isHeldToWhatIsConfiguredNow_withTheKeysThatItHad() {
    long before = issuers.view().configurationOf(ISS);
    IssuerConfig.Accept accept =
        new IssuerConfig.Accept(
            List.of(), List.of(), List.of("https://api.example"), Duration.ZERO, null);

    issuers.configure(List.of(new IssuerConfig(ISS, config.keys(), accept)));

    assertThat(outcome()).isEqualTo("AUDIENCE");
    assertThat(issuers.view().isCurrent(ISS, JKT)).isTrue();
    assertThat(issuers.view().configurationOf(ISS)).isNotEqualTo(before);
  }

  @Test
  void anIssuerWhoseKeysAreElsewhere_isUndecidedUntilTheyWereFetched() {
    server.will(request -> {}); // never answers

    issuers.configure(List.of(at("/elsewhere")));

    assertThat(outcome()).isEqualTo("undecided");
  }

  @Test
  void theHistoryOfAnIssuersKeys_outlivesItsChangesAndItsAbsence() {
    server.willAnswer(503, "");

    issuers.configure(List.of(at("/elsewhere")));
    assertThat(issuers.thumbprints(ISS, "a")).containsExactly(JKT);
    issuers.configure(List.of());
    assertThat(issuers.thumbprints(ISS, "a")).isEmpty();
    issuers.configure(List.of(at("/elsewhere")));

    assertThat(issuers.thumbprints(ISS, "a")).containsExactly(JKT);
    assertThat(issuers.kids(ISS, JKT)).containsExactly("a");
  }

  @Test
  void keysInAFile_areReadAgainWhenAskedFor(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("jwks.json");
    Files.write(file, OneIssuer.set());
    issuers.configure(List.of(IssuerConfig.of(ISS, IssuerConfig.Keys.inFile(file.toString()))));
    issuers.refresh().await();
    assertThat(outcome()).isEqualTo("undecided");
    Files.write(file, OneIssuer.set(KEY.jwk("a")));

    issuers.refreshFiles().await();

    assertThat(outcome()).isEqualTo("verified");
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void whatIsAskedOfOneView_isOfOneConfiguration() {
    IssuerView before = issuers.view();

    issuers.configure(List.of());

    assertThat(outcome(before.verifier())).isEqualTo("verified");
    assertThat(before.isConfigured(ISS)).isTrue();
  }

  @Test
  void changesNothing_whereAnIssuerIsThereTwice() {
    assertThatThrownBy(() -> issuers.configure(List.of(of(OTHER), of(OTHER))))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(outcome()).isEqualTo("verified");
  }
}
