package dev.rescind.system;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.HttpCookie;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/**
 * Spring Authorization Server on a loopback port, with a client that acts for itself, one that acts
 * for a user, and keys that can be changed while it runs.
 */
final class AuthorizationServer implements AutoCloseable {
  /** Acts for itself. */
  static final String SERVICE = "a-service";

  /** Acts for the user. */
  static final String APP = "an-app";

  static final String USER = "a-user";

  private static final Scope SCOPE = new Scope("read", "write");
  private static final URI REDIRECT = URI.create("http://127.0.0.1/callback");

  /** What the access tokens are like. */
  enum Profile {
    /** As the server makes them by itself. */
    OWN,
    /** With what RFC 9068 sections 2.1 and 2.2 ask for. */
    RFC_9068
  }

  private final String path;
  private final SigningKeys keys;
  private final SpringServer server;

  /** The keys that are published; the first of them signs. */
  private static final class SigningKeys implements OAuth2TokenCustomizer<JwtEncodingContext> {
    private final Profile profile;
    private volatile List<JWK> published = List.of();

    SigningKeys(Profile profile) {
      this.profile = profile;
    }

    @Override
    public void customize(JwtEncodingContext context) {
      context.getJwsHeader().keyId(published.get(0).getKeyID());
      if (profile == Profile.RFC_9068) {
        context.getJwsHeader().type("at+jwt");
        context.getClaims().claim("client_id", context.getRegisteredClient().getClientId());
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableWebSecurity
  static class Security {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
      return http.oauth2AuthorizationServer(server -> {})
          .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
          .httpBasic(
              basic -> basic.securityContextRepository(new HttpSessionSecurityContextRepository()))
          .build();
    }

    @Bean
    AuthorizationServerSettings settings() {
      return AuthorizationServerSettings.builder().multipleIssuersAllowed(true).build();
    }

    @Bean
    RegisteredClientRepository clients() {
      return new InMemoryRegisteredClientRepository(
          client(SERVICE)
              .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
              .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
              .build(),
          client(APP)
              .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
              .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
              .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
              .redirectUri(REDIRECT.toString())
              .build());
    }

    private static RegisteredClient.Builder client(String id) {
      return RegisteredClient.withId(id)
          .clientId(id)
          .clientSecret("{noop}" + secret(id))
          .scopes(scopes -> scopes.addAll(SCOPE.toStringList()));
    }

    @Bean
    UserDetailsService users() {
      return new InMemoryUserDetailsManager(
          User.withUsername(USER).password("{noop}" + secret(USER)).build());
    }

    @Bean
    JWKSource<SecurityContext> jwks(SigningKeys keys) {
      return (selector, context) -> selector.select(new JWKSet(keys.published));
    }
  }

  /**
   * Starts, with one key.
   *
   * @param path of the issuer's URL: empty, or begins with a slash
   */
  AuthorizationServer(Path data, String path, Profile profile, String kid)
      throws LifecycleException, JOSEException {
    this.path = path;
    this.keys = new SigningKeys(profile);
    signWith(kid);
    this.server = new SpringServer(data, new HttpServlet() {}, Security.class, keys);
  }

  String iss() {
    return server.url() + path;
  }

  String jwksUri() {
    return iss() + "/oauth2/jwks";
  }

  /** Makes a key, publishes it beside the others, and signs with it from now on. */
  void signWith(String kid) throws JOSEException {
    RSAKey key = new RSAKeyGenerator(2048).keyID(kid).keyUse(KeyUse.SIGNATURE).generate();
    keys.published = Stream.concat(Stream.of(key), keys.published.stream()).toList();
  }

  /** Publishes a key no longer. */
  void withdraw(String kid) {
    keys.published = keys.published.stream().filter(key -> !key.getKeyID().equals(kid)).toList();
  }

  /** An access token that the service gets for itself (RFC 6749 section 4.4). */
  String clientCredentials() throws Exception {
    ClientAuthentication service =
        new ClientSecretBasic(new ClientID(SERVICE), new Secret(secret(SERVICE)));
    return tokens(service, new ClientCredentialsGrant(), SCOPE)
        .getTokens()
        .getAccessToken()
        .getValue();
  }

  /** An access and a refresh token that the app gets for the user (RFC 6749 section 4.1). */
  AccessTokenResponse authorizationCode() throws Exception {
    CodeVerifier verifier = new CodeVerifier();
    HTTPRequest request =
        new AuthorizationRequest.Builder(ResponseType.CODE, new ClientID(APP))
            .endpointURI(URI.create(iss() + "/oauth2/authorize"))
            .redirectionURI(REDIRECT)
            .scope(SCOPE)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .build()
            .toHTTPRequest();
    request.setHeader("Cookie", login());
    request.setFollowRedirects(false);
    AuthorizationResponse response = AuthorizationResponse.parse(request.send());
    return tokens(
        app(),
        new AuthorizationCodeGrant(
            response.toSuccessResponse().getAuthorizationCode(), REDIRECT, verifier),
        null);
  }

  /** The cookie of a session that is the user's. */
  private String login() throws IOException {
    HTTPRequest request = new HTTPRequest(HTTPRequest.Method.GET, URI.create(server.url()));
    request.setAuthorization(
        "Basic "
            + Base64.getEncoder()
                .encodeToString((USER + ":" + secret(USER)).getBytes(StandardCharsets.UTF_8)));
    return HttpCookie.parse(request.send().getHeaderValue("Set-Cookie")).get(0).toString();
  }

  /** A further access token for the user (RFC 6749 section 6). */
  AccessTokenResponse refresh(RefreshToken token) throws Exception {
    return tokens(app(), new RefreshTokenGrant(token), null);
  }

  private static String secret(String name) {
    return "a secret: of %/+ " + name;
  }

  private static ClientAuthentication app() {
    return new ClientSecretPost(new ClientID(APP), new Secret(secret(APP)));
  }

  private AccessTokenResponse tokens(
      ClientAuthentication client, AuthorizationGrant grant, @Nullable Scope scope)
      throws Exception {
    TokenRequest request =
        new TokenRequest.Builder(URI.create(iss() + "/oauth2/token"), client, grant)
            .scope(scope)
            .build();
    return TokenResponse.parse(request.toHTTPRequest().send()).toSuccessResponse();
  }

  @Override
  public void close() {
    server.close();
  }
}
