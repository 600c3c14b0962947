package dev.rescind.system.faults;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.rescind.system.faults.Item.Aim;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of a run: live ones, which nobody has begun to take back, and those lately taken
 * back, which are asked for just as often. All were issued two hours ago and live for hours, so
 * that no clock that jumps by an hour changes what they are.
 */
final class Population {
  private static final Duration AGE = Duration.ofHours(2);
  private static final Duration LIFE = Duration.ofHours(6);
  private static final int RECENT = 256;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final long iat = Instant.now().minus(AGE).getEpochSecond();
  private final JwtKeys keys;
  private final String run = Long.toString(ProcessHandle.current().pid(), 36);
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<String, List<Item>> byPlace = new HashMap<>();
  private final List<Item> live = new ArrayList<>();
  private final Item[] recent = new Item[RECENT];
  private int recentCount;
  private volatile Item[] liveNow = {};
  private volatile Item[] recentNow = {};

  Population(JwtKeys keys) {
    this.keys = keys;
  }

  /** A credential to be registered, and the line that does it. */
  record Draft(Item item, String line) {}

  /** New opaque credentials, some of which share a grant, a session, a subject and so on. */
  List<Draft> drafts(int count) {
    List<Draft> drafts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int n = numbers.incrementAndGet();
      String token = opaque();
      String iss = "https://as-" + run + "-" + n / 16 + ".example";
      String jti = "jti-" + n;
      String grant = "grant-" + n / 2;
      String session = "session-" + n / 3;
      String subject = "subject-" + n / 4;
      String client = "client-" + n / 8;
      String thumbprint = thumbprint(n / 2);
      List<Aim> aims = new ArrayList<>();
      aims.add(token(n, token));
      aims.add(named("token", iss, "jti", jti));
      aims.add(named("grant", iss, "grant_id", grant));
      aims.add(named("session", iss, "sid", session));
      aims.add(named("subject", iss, "sub", subject));
      aims.add(named("client", iss, "client_id", client));
      aims.add(new Aim("issuer", "issuer " + iss, "{\"type\":\"issuer\",\"iss\":\"" + iss + "\"}"));
      String cnf = "";
      if (n % 4 < 2) {
        aims.add(
            new Aim(
                "certificate",
                "certificate " + thumbprint,
                "{\"type\":\"certificate\",\"x5t#S256\":\"" + thumbprint + "\"}"));
        cnf = ",\"cnf\":{\"x5t#S256\":\"" + thumbprint + "\"}";
      }
      String line =
          """
          {"token":"%s","type":"access_token","iss":"%s","jti":"%s","grant_id":"%s","sid":"%s",\
          "sub":"%s","client_id":"%s","iat":%d,"exp":%d%s}
          """
              .formatted(
                  token, iss, jti, grant, session, subject, client, iat(), iat() + life(), cnf);
      drafts.add(new Draft(new Item("c" + n, token, question(token), List.copyOf(aims)), line));
    }
    return drafts;
  }

  /** A new JWT. */
  Item jwt() {
    int n = numbers.incrementAndGet();
    int key = n % keys.size();
    String subject = "subject-" + n / 4;
    String client = "client-" + n / 8;
    String jti = "jti-" + n;
    String token =
        keys.sign(
            key,
            new JWTClaimsSet.Builder()
                .issuer(JwtKeys.ISS)
                .subject(subject)
                .audience("https://api.example")
                .claim("client_id", client)
                .jwtID(jti)
                .issueTime(Date.from(Instant.ofEpochSecond(iat())))
                .expirationTime(Date.from(Instant.ofEpochSecond(iat() + life())))
                .build());
    List<Aim> aims =
        List.of(
            token(n, token),
            named("token", JwtKeys.ISS, "jti", jti),
            named("subject", JwtKeys.ISS, "sub", subject),
            named("client", JwtKeys.ISS, "client_id", client),
            named("key", JwtKeys.ISS, "kid", keys.kid(key)));
    return new Item("j" + n, token, question(token), aims);
  }

  private static Aim token(int n, String token) {
    return new Aim("token", "token " + n, "{\"type\":\"token\",\"token\":\"" + token + "\"}");
  }

  private static Aim named(String type, String iss, String member, String value) {
    return new Aim(
        type,
        member + " " + iss + " " + value,
        "{\"type\":\"%s\",\"iss\":\"%s\",\"%s\":\"%s\"}".formatted(type, iss, member, value));
  }

  static String opaque() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String thumbprint(int n) {
    byte[] bytes = new byte[32];
    byte[] text = (run + " " + n).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, bytes, 0, text.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** When all credentials were issued, in seconds. */
  long iat() {
    return iat;
  }

  private static long life() {
    return LIFE.toSeconds();
  }

  static byte[] question(String token, String... headers) {
    return Wire.request(
        "POST /introspect",
        "Authorization: "
            + ServiceFiles.CALLER.basic()
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + String.join("", headers),
        "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
  }

  /** Takes in credentials that are good. */
  synchronized void add(List<Item> items) {
    for (Item item : items) {
      for (Aim aim : item.targets()) {
        byPlace.computeIfAbsent(aim.place(), none -> new ArrayList<>(2)).add(item);
      }
      live.add(item);
    }
    publish();
  }

  /** What a target reaches is live no longer; says what that is. */
  synchronized List<Item> take(String place) {
    List<Item> covered = List.copyOf(byPlace.getOrDefault(place, List.of()));
    live.removeAll(covered);
    for (Item item : covered) {
      recent[recentCount++ % RECENT] = item;
    }
    publish();
    return covered;
  }

  /** What was given back is live again, unless something else took it. */
  synchronized void giveBack(List<Item> items) {
    live.addAll(items);
    publish();
  }

  /** Forgets what a place reaches, once that is revoked for good. */
  synchronized void forget(List<Item> items) {
    for (Item item : items) {
      for (Aim aim : item.targets()) {
        List<Item> there = byPlace.get(aim.place());
        if (there != null && there.remove(item) && there.isEmpty()) {
          byPlace.remove(aim.place());
        }
      }
    }
  }

  private void publish() {
    liveNow = live.toArray(Item[]::new);
    Item[] filled = new Item[Math.min(recentCount, RECENT)];
    System.arraycopy(recent, 0, filled, 0, filled.length);
    recentNow = filled;
  }

  int size() {
    return liveNow.length;
  }

  @Nullable Item anyLive() {
    return any(liveNow);
  }

  @Nullable Item anyRecent() {
    return any(recentNow);
  }

  private static @Nullable Item any(Item[] items) {
    return items.length == 0 ? null : items[ThreadLocalRandom.current().nextInt(items.length)];
  }
}
