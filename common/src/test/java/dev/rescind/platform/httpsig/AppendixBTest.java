package dev.rescind.platform.httpsig;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The test cases of RFC 9421 appendix B.2, with the keys of B.1. */
class AppendixBTest {
  private static final String CONTENT_DIGEST =
      "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWX"
          + "vJwew==:";

  private static final SomeRequest REQUEST =
      new SomeRequest("POST", "https://example.com/foo?param=Value&Pet=dog")
          .with("Host", "example.com")
          .with("Date", "Tue, 20 Apr 2021 02:07:55 GMT")
          .with("Content-Type", "application/json")
          .with("Content-Digest", CONTENT_DIGEST)
          .with("Content-Length", "18");

  private static final String RSA_PSS =
      "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2"
          + "+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+"
          + "oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq"
          + "gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W"
          + "Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4"
          + "aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI"
          + "2wIDAQAB";

  private static String base(String input) {
    TargetUri target = TargetUri.parse(REQUEST.targetUri()).orElseThrow();
    return SignatureBase.of(REQUEST, target, Covered.of(input)).orElseThrow().text();
  }

  private static PublicKey key(String algorithm, String spki) throws Exception {
    return KeyFactory.getInstance(algorithm)
        .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(spki)));
  }

  private static boolean isRsaPssSignature(String base, String signature) throws Exception {
    Signature verifier = Signature.getInstance("RSASSA-PSS");
    verifier.setParameter(new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1));
    verifier.initVerify(key("RSA", RSA_PSS));
    verifier.update(base.getBytes(US_ASCII));
    return verifier.verify(Base64.getDecoder().decode(signature));
  }

  @Test
  void digestOfTheExampleRequestIsThatOfItsBody() {
    ContentDigest digest = ContentDigest.parse(List.of(CONTENT_DIGEST)).orElseThrow();

    assertThat(digest.matches("{\"hello\": \"world\"}".getBytes(US_ASCII))).isTrue();
    assertThat(digest.matches("{\"hello\": \"World\"}".getBytes(US_ASCII))).isFalse();
  }

  /** B.2.1. */
  @Test
  void makesTheMinimalBase() throws Exception {
    String base =
        base(
            "();created=1618884473;keyid=\"test-key-rsa-pss\""
                + ";nonce=\"b3k2pp5k7z-50gnwp.yemd\"");

    assertThat(base)
        .isEqualTo(
            "\"@signature-params\": ();created=1618884473;keyid=\"test-key-rsa-pss\""
                + ";nonce=\"b3k2pp5k7z-50gnwp.yemd\"");
    assertThat(
            isRsaPssSignature(
                base,
                "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wg"
                    + "GxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cO"
                    + "GdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl"
                    + "6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bL"
                    + "hdxO5Nyt8C8ssinQ98Xw9Q=="))
        .isTrue();
  }

  /** B.2.2. */
  @Test
  void makesTheBaseOfSelectedComponents() throws Exception {
    String base =
        base(
            "(\"@authority\" \"content-digest\" \"@query-param\";name=\"Pet\")"
                + ";created=1618884473;keyid=\"test-key-rsa-pss\";tag=\"header-example\"");

    assertThat(base)
        .isEqualTo(
            """
            "@authority": example.com
            "content-digest": %s
            "@query-param";name="Pet": dog
            "@signature-params": ("@authority" "content-digest" "@query-param";name="Pet")\
            ;created=1618884473;keyid="test-key-rsa-pss";tag="header-example\""""
                .formatted(CONTENT_DIGEST));
    assertThat(
            isRsaPssSignature(
                base,
                "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtj"
                    + "vuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQ"
                    + "zRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKY"
                    + "d4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUE"
                    + "b0rQl3/XaVe4bXTugEjHSw=="))
        .isTrue();
  }

  /** B.2.3. */
  @Test
  void makesTheBaseOfFullCoverage() throws Exception {
    String base =
        base(
            "(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\""
                + " \"content-digest\" \"content-length\");created=1618884473"
                + ";keyid=\"test-key-rsa-pss\"");

    assertThat(base)
        .startsWith(
            """
            "date": Tue, 20 Apr 2021 02:07:55 GMT
            "@method": POST
            "@path": /foo
            "@query": ?param=Value&Pet=dog
            "@authority": example.com
            """);
    assertThat(
            isRsaPssSignature(
                base,
                "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt68"
                    + "3+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPV"
                    + "iV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu"
                    + "9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAF"
                    + "L2FUo5fTIztsDZKEgM4cUA=="))
        .isTrue();
  }

  /** B.2.5. */
  @Test
  void verifiesTheSignatureByHmacSha256() {
    SignatureKey key =
        SignatureKey.Hmac.of(
            "test-shared-secret",
            Base64.getDecoder()
                .decode(
                    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsas"
                        + "jlTMtDQ=="));
    String base =
        base(
            "(\"date\" \"@authority\" \"content-type\");created=1618884473"
                + ";keyid=\"test-shared-secret\"");
    byte[] signature = Base64.getDecoder().decode("pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=");

    assertThat(key.verifies(base.getBytes(US_ASCII), signature)).isTrue();
    assertThat(key.verifies((base + " ").getBytes(US_ASCII), signature)).isFalse();
    signature[0] ^= 1;
    assertThat(key.verifies(base.getBytes(US_ASCII), signature)).isFalse();
  }

  /** B.2.6. */
  @Test
  void verifiesTheSignatureByEd25519() throws Exception {
    SignatureKey key =
        new SignatureKey.Ed25519(
            "test-key-ed25519",
            key("Ed25519", "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="));
    String base =
        base(
            "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")"
                + ";created=1618884473;keyid=\"test-key-ed25519\"");
    byte[] signature =
        Base64.getDecoder()
            .decode(
                "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKR"
                    + "Cw==");

    assertThat(key.verifies(base.getBytes(US_ASCII), signature)).isTrue();
    assertThat(key.verifies((base + " ").getBytes(US_ASCII), signature)).isFalse();
    signature[40] ^= 1;
    assertThat(key.verifies(base.getBytes(US_ASCII), signature)).isFalse();
    assertThat(key.verifies(base.getBytes(US_ASCII), new byte[64])).isFalse();
    assertThat(key.verifies(base.getBytes(US_ASCII), new byte[63])).isFalse();
  }
}
