package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.introspection.RestClientOpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;

/** A resource server of Spring Security that asks an introspector about each token. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SpringResourceServerIT {
  /** The secret form-encoded (RFC 6749 section 2.3.1), as Spring's own configuration sends it. */
  private static final String ENCODED = "/encoded";

  /** The secret as it is, as Spring sent it before. */
  private static final String RAW = "/raw";

  /** By Spring's newer HTTP client, which offers HTTP/2. */
  private static final String REST_CLIENT = "/rest-client";

  @TempDir static Path data;

  private static final AtomicInteger letIn = new AtomicInteger();
  private static Cluster cluster;
  private static SpringServer server;

  /** Where to introspect, and as whom. */
  record Introspection(String uri, String clientId, String secret) {}

  @Configuration(proxyBeanMethods = false)
  @EnableWebSecurity
  static class Security {
    @Bean
    SecurityFilterChain encoded(HttpSecurity http, Introspection at) {
      return http.securityMatcher(ENCODED)
          .authorizeHttpRequests(requests -> requests.anyRequest().hasAuthority("SCOPE_read"))
          .oauth2ResourceServer(
              server ->
                  server.opaqueToken(
                      token ->
                          token
                              .introspectionUri(at.uri())
                              .introspectionClientCredentials(at.clientId(), at.secret())))
          .build();
    }

    @Bean
    @SuppressWarnings("removal") // the one that sends the secret as it is
    SecurityFilterChain raw(HttpSecurity http, Introspection at) {
      return chain(
          http.securityMatcher(RAW),
          new SpringOpaqueTokenIntrospector(at.uri(), at.clientId(), at.secret()));
    }

    @Bean
    SecurityFilterChain restClient(HttpSecurity http, Introspection at) {
      return chain(
          http.securityMatcher(REST_CLIENT),
          RestClientOpaqueTokenIntrospector.withIntrospectionUri(at.uri())
              .clientId(at.clientId())
              .clientSecret(at.secret())
              .build());
    }

    private static SecurityFilterChain chain(
        HttpSecurity http, OpaqueTokenIntrospector introspector) {
      return http.authorizeHttpRequests(
              requests -> requests.anyRequest().hasAuthority("SCOPE_read"))
          .oauth2ResourceServer(
              server -> server.opaqueToken(token -> token.introspector(introspector)))
          .build();
    }
  }

  /** Says who was let in, and with which authorities. */
  private static final class Resource extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      letIn.incrementAndGet();
      Authentication caller = (Authentication) request.getUserPrincipal();
      response.getWriter().print(caller.getName());
      response
          .getWriter()
          .print(
              caller.getAuthorities().stream()
                  .map(GrantedAuthority::getAuthority)
                  .filter(one -> String.valueOf(one).startsWith("SCOPE_"))
                  .sorted()
                  .collect(Collectors.joining(" ", ": ", "")));
    }
  }

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(data, 1).start();
    server =
        new SpringServer(
            data.resolve("tomcat"),
            new Resource(),
            Security.class,
            new Introspection(
                cluster.introspectUrl(1), Caller.CALLER.clientId(), Caller.CALLER.secret()));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ENCODED, RAW, REST_CLIENT})
  void aRegisteredTokenIsLetIn_withItsScopes(String path) throws Exception {
    Answer answer = get(path, registered("read write"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("a-subject: SCOPE_read SCOPE_write");
  }

  @ParameterizedTest
  @ValueSource(strings = {ENCODED, RAW, REST_CLIENT})
  void aJwtIsLetIn_withItsScopes(String path) throws Exception {
    Answer answer = get(path, jwt("write read"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("a-subject: SCOPE_read SCOPE_write");
  }

  @Test
  void aTokenWithoutTheScopeIsKnown_andNotLetIn() throws Exception {
    assertThat(get(ENCODED, registered("write")).status()).isEqualTo(403);
    assertThat(get(ENCODED, jwt("write")).status()).isEqualTo(403);
  }

  @Test
  void anUnknownTokenIsNotLetIn() throws Exception {
    Answer answer = get(ENCODED, ClusterIT.opaque());

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).singleElement().asString().contains("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {ENCODED, RAW, REST_CLIENT})
  void aRevokedTokenIsNotLetIn_onceTheNodeConfirmed(String path) throws Exception {
    for (String token : new String[] {registered("read"), jwt("read")}) {
      assertThat(get(path, token).status()).isEqualTo(200);

      Answer revoked =
          cluster.post(
              "/v1/revocations?confirm=all",
              Caller.ADMIN,
              "{\"target\":{\"type\":\"token\",\"token\":\"" + token + "\"}}");

      assertThat(revoked.body()).contains("\"complete\":true");
      assertThat(get(path, token).status()).isEqualTo(401);
    }
  }

  @Test
  void nobodyIsLetIn_whileTheNodeDoesNotServe() throws Exception {
    String token = registered("read");
    assertThat(get(ENCODED, token).status()).isEqualTo(200);

    cluster.stopBroker();
    Await.until(
        "the node does not serve",
        () -> cluster.introspect(1, token, Caller.CALLER).status() == 503);
    int before = letIn.get();
    for (String path : new String[] {ENCODED, RAW, REST_CLIENT}) {
      assertThat(get(path, token).status()).isEqualTo(500);
      assertThat(get(path, ClusterIT.opaque()).status()).isEqualTo(500);
    }
    assertThat(letIn).hasValue(before);

    cluster.startBroker();
    cluster.awaitReady(1);
    assertThat(get(ENCODED, token).status()).isEqualTo(200);
  }

  private static Answer get(String path, String token) throws Exception {
    return cluster.send(
        "GET", server.url() + path, null, null, null, "Authorization", "Bearer " + token);
  }

  private static String registered(String scope) throws Exception {
    String token = ClusterIT.opaque();
    Answer answer =
        cluster.post(
            "/v1/credentials",
            Caller.AUTHORIZATION_SERVER,
            "{\"token\":\""
                + token
                + "\",\"type\":\"access_token\",\"sub\":\"a-subject\",\"scope\":\""
                + scope
                + "\"}");
    assertThat(answer.status()).isEqualTo(201);
    return token;
  }

  private static String jwt(String scope) {
    return cluster.issuer().mint(claims -> claims.claim("scope", scope));
  }
}
