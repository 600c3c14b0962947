package dev.rescind.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.testing.RequestSigner;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests signed by RFC 9421, at both services of a real cluster. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SignedRequestsIT {
  private static final byte[] SECRET = "a secret of thirty-two bytes, or".getBytes(UTF_8);
  private static final RequestSigner HMAC = RequestSigner.hmac("hmac-1", SECRET);
  private static final String FORM = "application/x-www-form-urlencoded";

  @TempDir static Path data;

  private static Cluster cluster;
  private static RequestSigner ed25519;

  @BeforeAll
  static void start() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    ed25519 = RequestSigner.ed25519("ed-1", pair.getPrivate());
    String pem =
        String.join(
            "\n",
            "-----BEGIN PUBLIC KEY-----",
            Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()),
            "-----END PUBLIC KEY-----",
            "");
    cluster = new Cluster(data, 2);
    cluster
        .with(
            """
            identities:
              - client_id: hmac-signer
                rights: [introspect]
                signature_keys: [{keyid: hmac-1, alg: hmac-sha256, secret: %s}]
              - client_id: ed25519-signer
                rights: [read, register, "revoke:own", "revoke:token"]
                signature_keys: [{keyid: ed-1, alg: ed25519, public_key: %s}]
            """
                .formatted(
                    Base64.getUrlEncoder().withoutPadding().encodeToString(SECRET),
                    ClusterConfig.quoted(pem)))
        .start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) { // not when the start failed
      cluster.close();
    }
  }

  /** The headers of a signed request, names and values in turn. */
  private static String[] signed(
      RequestSigner signer, String method, String url, @Nullable String body) {
    URI uri = URI.create(url);
    Map<String, String> components = new LinkedHashMap<>();
    components.put("@method", method);
    components.put("@authority", uri.getAuthority());
    components.put("@path", uri.getPath());
    List<String> headers = new ArrayList<>();
    if (uri.getRawQuery() != null) {
      components.put("@query", "?" + uri.getRawQuery());
    }
    if (body != null) {
      String digest = RequestSigner.contentDigest(body);
      components.put("content-digest", digest);
      headers.addAll(List.of("Content-Digest", digest));
    }
    signer
        .sign(components, signer.parameters(Instant.now().getEpochSecond(), Tokens.opaque()))
        .headers()
        .forEach((name, value) -> headers.addAll(List.of(name, value)));
    return headers.toArray(new String[0]);
  }

  private static Answer introspect(int node, String body, String... headers) throws Exception {
    return cluster.send("POST", cluster.introspectUrl(node), null, FORM, body, headers);
  }

  @Test
  void introspects_forWhoSigns_once() throws Exception {
    String body = "token=" + cluster.register();
    String[] headers = signed(HMAC, "POST", cluster.introspectUrl(1), body);

    Answer answer = introspect(1, body, headers);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).startsWith("{\"active\":true");
    Answer again = introspect(1, body, headers);
    assertThat(again.status()).isEqualTo(401);
    assertThat(again.body()).contains("invalid_client", "nonce");
  }

  @Test
  void aNonceIsUsedOnce_acrossTheWholeCluster() throws Exception {
    // Both nodes behind one name, as behind a load balancer: the signature does not tell them
    // apart.
    String body = "token=unknown";
    Map<String, String> components = new LinkedHashMap<>();
    components.put("@method", "POST");
    components.put("@authority", "rescind.example");
    components.put("@path", "/introspect");
    components.put("content-digest", RequestSigner.contentDigest(body));
    RequestSigner.Fields fields =
        HMAC.sign(components, HMAC.parameters(Instant.now().getEpochSecond(), Tokens.opaque()));

    List<Integer> statuses = new ArrayList<>();
    for (int node = 1; node <= 2; node++) {
      String request =
          String.join(
              "\r\n",
              "POST /introspect HTTP/1.1",
              "Host: rescind.example",
              "Connection: close",
              "Content-Type: " + FORM,
              "Content-Digest: " + RequestSigner.contentDigest(body),
              "Signature-Input: " + fields.signatureInput(),
              "Signature: " + fields.signature(),
              "Content-Length: " + body.length(),
              "",
              body);
      statuses.add(status(RawHttp.exchange(cluster.introspectUrl(node), request)));
    }

    assertThat(statuses).containsExactly(200, 401);
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  @Test
  void refusesAnotherBody_methodOrPath() throws Exception {
    String body = "token=unknown";
    String url = cluster.introspectUrl(1);

    Answer changed = introspect(1, "token=unknowm", signed(HMAC, "POST", url, body));
    assertThat(changed.status()).isEqualTo(401);
    assertThat(changed.body()).contains("Content-Digest");
    assertThat(introspect(1, body, signed(HMAC, "PUT", url, body)).status()).isEqualTo(401);
    assertThat(introspect(1, body, signed(HMAC, "POST", url + "2", body)).status()).isEqualTo(401);
    assertThat(introspect(1, body, signed(HMAC, "POST", url, null)).status()).isEqualTo(401);
    assertThat(introspect(1, body, signed(HMAC, "POST", url, body)).status()).isEqualTo(200);
  }

  @Test
  void refusesASignature_besideASecret() throws Exception {
    String body = "token=unknown";
    Answer answer =
        cluster.send(
            "POST",
            cluster.introspectUrl(1),
            Caller.CALLER,
            FORM,
            body,
            signed(HMAC, "POST", cluster.introspectUrl(1), body));

    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void registersListsAndRevokes_forWhoSignsByEd25519() throws Exception {
    String token = Tokens.opaque();
    String register = cluster.publisherUrl() + "/v1/credentials";
    String body = "{\"type\":\"api_key\",\"token\":\"" + token + "\"}";
    Answer registered =
        cluster.send(
            "POST",
            register,
            null,
            "application/json",
            body,
            signed(ed25519, "POST", register, body));
    assertThat(registered.status()).as(registered.body()).isEqualTo(201);
    assertThat(cluster.isActiveEverywhere(token)).isTrue();

    String list = cluster.publisherUrl() + "/v1/revocations?limit=1";
    Answer listed = cluster.send("GET", list, null, null, null, signed(ed25519, "GET", list, null));
    assertThat(listed.status()).as(listed.body()).isEqualTo(200);

    String revoke = cluster.publisherUrl() + "/revoke";
    String form = "token=" + token;
    Answer revoked =
        cluster.send("POST", revoke, null, FORM, form, signed(ed25519, "POST", revoke, form));
    assertThat(revoked.status()).as(revoked.body()).isEqualTo(200);
    Await.until("the token is revoked", () -> cluster.isInactiveEverywhere(token));

    Answer twoPaths =
        cluster.send("GET", list + "0", null, null, null, signed(ed25519, "GET", list, null));
    assertThat(twoPaths.status()).isEqualTo(401);
    assertThat(twoPaths.body()).contains("\"status\":401");
  }
}
