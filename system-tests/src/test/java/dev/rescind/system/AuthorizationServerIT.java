package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.SignedJWT;
import dev.rescind.platform.jose.IssuerConfig;
import jakarta.servlet.http.HttpServlet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.web.SecurityFilterChain;

/** JWTs of a Spring Authorization Server, verified by the keys that it publishes itself. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AuthorizationServerIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path data;

  private static volatile List<RSAKey> keys = List.of();
  private static SpringServer server;
  private static Cluster cluster;

  @Configuration(proxyBeanMethods = false)
  @EnableWebSecurity
  static class Security {
    @Bean
    SecurityFilterChain authorizationServer(HttpSecurity http) {
      return http.oauth2AuthorizationServer(one -> {})
          .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .build();
    }

    @Bean
    RegisteredClientRepository clients() {
      return new InMemoryRegisteredClientRepository(client("one"), client("two"));
    }

    private static RegisteredClient client(String id) {
      return RegisteredClient.withId(id)
          .clientId(id)
          .clientSecret("{noop}secret-of-" + id)
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
          .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
          .scope("read")
          .build();
    }

    /** The first signs; all are published. */
    @Bean
    JWKSource<SecurityContext> jwks() {
      return (selector, context) -> {
        var found = selector.select(new JWKSet(List.copyOf(keys)));
        boolean signing = selector.getMatcher().getAlgorithms() != null && found.size() > 1;
        return signing ? found.subList(0, 1) : found;
      };
    }

    @Bean
    AuthorizationServerSettings settings() {
      return AuthorizationServerSettings.builder().build();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    keys = List.of(newKey());
    server = new SpringServer(data.resolve("tomcat"), new HttpServlet() {}, Security.class);
    IssuerConfig byJwksUri =
        IssuerConfig.of(server.url(), IssuerConfig.Keys.atUri(server.url() + "/oauth2/jwks"));
    cluster = new Cluster(data.resolve("cluster"), 1, byJwksUri).start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static RSAKey newKey() throws Exception {
    return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
  }

  /** An access token by the client credentials grant. */
  private static String token(String client) throws Exception {
    String basic =
        Base64.getEncoder()
            .encodeToString((client + ":secret-of-" + client).getBytes(StandardCharsets.UTF_8));
    Answer answer =
        cluster.send(
            "POST",
            server.url() + "/oauth2/token",
            null,
            "application/x-www-form-urlencoded",
            "grant_type=client_credentials&scope=read",
            "Authorization",
            "Basic " + basic);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("access_token").asText();
  }

  private static void revoke(String target) throws Exception {
    Answer answer =
        cluster.post(
            "/v1/revocations?confirm=all",
            Caller.ADMIN,
            "{\"target\":{" + target + ",\"iss\":\"" + server.url() + "\"}}");
    assertThat(answer.body()).contains("\"complete\":true");
  }

  @Test
  void itsTokensAreActive_withWhatTheySay() throws Exception {
    JsonNode answer = JSON.readTree(cluster.introspect(1, token("one"), Caller.CALLER).body());

    assertThat(answer.path("active").asBoolean()).isTrue();
    assertThat(answer.path("iss").asText()).isEqualTo(server.url());
    assertThat(answer.path("sub").asText()).isEqualTo("one");
    assertThat(answer.path("scope").asText()).isEqualTo("read");
    assertThat(answer.path("exp").isIntegralNumber()).isTrue();
  }

  @Test
  void aTokenIsRevokedByItsJti_andASubjectByItsName() throws Exception {
    String first = token("two");
    String second = token("two");
    assertThat(cluster.isActiveEverywhere(first)).isTrue();

    String jti = SignedJWT.parse(first).getJWTClaimsSet().getJWTID();
    revoke("\"type\":\"token\",\"jti\":\"" + jti + "\"");
    assertThat(cluster.isInactiveEverywhere(first)).isTrue();
    assertThat(cluster.isActiveEverywhere(second)).isTrue();

    revoke("\"type\":\"subject\",\"sub\":\"two\"");
    assertThat(cluster.isInactiveEverywhere(second)).isTrue();
    assertThat(cluster.isActiveEverywhere(token("one"))).isTrue();
  }

  @Test
  void aRotatedKeyIsFoundByItsKid_andARevokedOneVerifiesNoMore() throws Exception {
    RSAKey old = keys.get(0);
    String before = token("one");
    assertThat(cluster.isActiveEverywhere(before)).isTrue();

    RSAKey next = newKey();
    keys = List.of(next, old);
    String after = token("one");
    assertThat(SignedJWT.parse(after).getHeader().getKeyID()).isEqualTo(next.getKeyID());
    assertThat(cluster.isActiveEverywhere(after)).isTrue();
    assertThat(cluster.isActiveEverywhere(before)).isTrue();

    revoke("\"type\":\"key\",\"kid\":\"" + old.getKeyID() + "\"");
    assertThat(cluster.isInactiveEverywhere(before)).isTrue();
    assertThat(cluster.isActiveEverywhere(after)).isTrue();
  }

  @Test
  void itsKeysAreFoundByDiscoveryToo() throws Exception {
    IssuerConfig discovered = IssuerConfig.of(server.url(), IssuerConfig.Keys.discovered());
    try (Cluster other = new Cluster(data.resolve("discovery"), 1, discovered).start()) {
      assertThat(other.isActiveEverywhere(token("one"))).isTrue();
    }
  }
}
