package dev.rescind.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.testing.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom the command line trusts, against a server with a certificate of a private authority. */
@Timeout(60)
class AuthoritiesIT {
  private static final Certificates.Pair AUTHORITY = Certificates.authority("CN=ours");
  private static final Certificates.Pair OTHER = Certificates.authority("CN=others");
  private static final Vertx VERTX = Vertx.vertx();

  @TempDir Path directory;

  private static URI url;

  @BeforeAll
  static void listen() {
    Certificates.Pair server =
        AUTHORITY.issue("CN=server", Duration.ofDays(1), Certificates.loopback());
    int port =
        VERTX
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertValue(Buffer.buffer(server.certificatePem()))
                            .addKeyValue(Buffer.buffer(server.keyPem()))))
            .requestHandler(request -> request.response().end("{}"))
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    url = URI.create("https://localhost:" + port + "/");
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private int ask(String... file) throws IOException, Failure {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Path env = directory.resolve("env");
    Files.writeString(
        env,
        "RESCIND_CALLER_ID=a\nRESCIND_CALLER_SECRET=b\n"
            + (file.length == 0 ? "" : Authorities.VARIABLE + "=" + file[0] + "\n"));
    Console console =
        new Console(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, Map.of(), directory);
    return HttpCall.as(Role.CALLER, Environment.find(env, console)).send(Request.get(url)).status();
  }

  private String file(String content) throws IOException {
    return Files.writeString(directory.resolve("ca.pem"), content).toString();
  }

  @Test
  void trustsTheAuthoritiesOfTheFileThatIsNamed() throws Exception {
    String several = file(OTHER.certificatePem() + AUTHORITY.certificatePem());

    assertThat(ask(several)).isEqualTo(200);
  }

  @Test
  void trustsNoOther() throws Exception {
    String others = file(OTHER.certificatePem());

    assertThatThrownBy(() -> ask(others)).isInstanceOf(Failure.class);
    assertThatThrownBy(() -> ask()).isInstanceOf(Failure.class);
  }

  @Test
  void saysThatAFileIsNone() throws Exception {
    String empty = file("");

    assertThatThrownBy(() -> ask(empty)).hasMessageContaining(Authorities.VARIABLE);
    assertThatThrownBy(() -> ask(directory.resolve("absent").toString()))
        .hasMessageContaining(Authorities.VARIABLE);
  }
}
