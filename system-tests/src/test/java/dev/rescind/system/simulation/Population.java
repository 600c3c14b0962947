package dev.rescind.system.simulation;

import dev.rescind.credential.Base64Url;
import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.introspector.decide.Known;
import dev.rescind.revocation.Target;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The credentials of a run, with every way to spell each and every target that reaches it. */
final class Population {
  private static final String ISS = "https://as.example";
  private static final long BASE_SECOND = World.EPOCH_MILLIS / 1_000;

  /** The order of P-256's group: (r, n − s) is as good a signature as (r, s). */
  private static final BigInteger N =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  /** One key with two names. */
  private record SigningKey(String jkt, List<String> kids) {}

  /**
   * One credential.
   *
   * @param spellings the texts that present it, each with what a node knows once it is resolved
   * @param places the texts by which a history means what reaches it
   */
  record Member(
      String name, List<Spelling> spellings, List<Reach> reaches, List<String> places, long iat) {}

  record Spelling(String text, Known known) {}

  /** A target that reaches a credential. */
  record Reach(String place, Target target) {}

  private final SplittableRandom random;
  private final Behaviour behaviour;
  private final List<SigningKey> keys = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();

  Population(SplittableRandom random, Behaviour behaviour, int size) {
    this.random = random;
    this.behaviour = behaviour;
    for (int k = 0; k < 3; k++) {
      keys.add(
          new SigningKey(
              Fingerprint.of("key " + k).toString(), List.of("k" + k, "k" + k + "-again")));
    }
    for (int i = 0; i < size; i++) {
      members.add(member(i));
    }
  }

  List<Member> members() {
    return members;
  }

  Member any() {
    return members.get(random.nextInt(members.size()));
  }

  private Member member(int i) {
    Credential.Names names =
        new Credential.Names(
            ISS,
            "s" + random.nextInt(4),
            "app" + random.nextInt(3),
            "j" + i,
            "sid" + random.nextInt(6),
            "g" + random.nextInt(6));
    long iat = BASE_SECOND - random.nextInt(10);
    boolean isJwt = random.nextBoolean();
    SigningKey key = keys.get(random.nextInt(keys.size()));
    String kid = key.kids().get(random.nextInt(2));
    List<String> texts = isJwt ? twins(kid, i) : List.of("opaque-credential-number-" + i);
    List<Spelling> spellings = new ArrayList<>();
    for (String text : texts) {
      Credential.Binding binding =
          isJwt
              ? new Credential.Binding(key.jkt(), kid, null, null, Fingerprint.of(text))
              : new Credential.Binding(
                  null, null, Fingerprint.of("cert " + i).toString(), null, null);
      Credential credential =
          new Credential(
              CredentialType.ACCESS_TOKEN,
              behaviour.fingerprint(text),
              names,
              new Credential.Validity(iat, null, null),
              binding,
              List.of("api"),
              "{}");
      spellings.add(
          new Spelling(
              text, behaviour.known(credential, isJwt ? Set.copyOf(key.kids()) : Set.of())));
    }
    List<Reach> reaches = reaches(names, texts.get(0), i);
    if (isJwt) {
      reaches.add(new Reach("key " + key.jkt(), behaviour.key(ISS, kid, key.jkt())));
    } else {
      reaches.add(
          new Reach(
              "certificate " + i, new Target.Certificate(Fingerprint.of("cert " + i).toString())));
    }
    return new Member(
        "c" + i, spellings, reaches, reaches.stream().map(Reach::place).toList(), iat);
  }

  private List<Reach> reaches(Credential.Names names, String text, int i) {
    List<Reach> reaches = new ArrayList<>();
    reaches.add(new Reach("token " + i, new Target.Token(behaviour.fingerprint(text))));
    reaches.add(new Reach("jti " + i, new Target.TokenId(ISS, "j" + i)));
    reaches.add(new Reach("grant " + names.grantId(), new Target.Grant(ISS, of(names.grantId()))));
    reaches.add(new Reach("session " + names.sid(), new Target.Session(ISS, of(names.sid()))));
    reaches.add(new Reach("subject " + names.sub(), new Target.Subject(ISS, of(names.sub()))));
    reaches.add(
        new Reach("client " + names.clientId(), new Target.Client(ISS, of(names.clientId()))));
    reaches.add(new Reach("issuer", new Target.Issuer(ISS)));
    return reaches;
  }

  private static String of(@Nullable String name) {
    return String.valueOf(name);
  }

  /** A JWT with either of its ES256 signatures. */
  private List<String> twins(String kid, int i) {
    byte[] r = new byte[32];
    byte[] s = new byte[32];
    random.nextBytes(r);
    random.nextBytes(s);
    s[0] &= 0x7f;
    String input =
        encode("{\"alg\":\"ES256\",\"kid\":\"" + kid + "\"}")
            + "."
            + encode("{\"jti\":\"j" + i + "\"}");
    byte[] other = N.subtract(new BigInteger(1, s)).toByteArray();
    byte[] twin = new byte[32];
    byte[] tail = Arrays.copyOfRange(other, Math.max(0, other.length - 32), other.length);
    System.arraycopy(tail, 0, twin, 32 - tail.length, tail.length);
    return List.of(input + "." + signature(r, s), input + "." + signature(r, twin));
  }

  private static String signature(byte[] r, byte[] s) {
    return Base64Url.encode(ByteBuffer.allocate(64).put(r).put(s).array());
  }

  private static String encode(String json) {
    return Base64Url.encode(json.getBytes(StandardCharsets.UTF_8));
  }
}
