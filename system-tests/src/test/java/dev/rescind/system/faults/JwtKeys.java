package dev.rescind.system.faults;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The keys of an issuer whose JWTs the nodes verify. */
final class JwtKeys {
  static final String ISS = "https://jwt.faults.example";

  private static final int KEYS = 64;

  private final List<ECKey> keys = new ArrayList<>();

  JwtKeys() {
    try {
      for (int i = 0; i < KEYS; i++) {
        keys.add(new ECKeyGenerator(Curve.P_256).keyID("key-" + i).generate());
      }
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  int size() {
    return KEYS;
  }

  String kid(int key) {
    return keys.get(key).getKeyID();
  }

  void writeTo(Path file) {
    List<JWK> all = new ArrayList<>(keys);
    try {
      Files.writeString(file, new JWKSet(all).toString(true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String sign(int key, JWTClaimsSet claims) {
    ECKey signing = keys.get(key);
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(signing.getKeyID())
                .build(),
            claims);
    try {
      jwt.sign(new ECDSASigner(signing));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return jwt.serialize();
  }
}
