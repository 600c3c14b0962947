package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is in the repository for everybody to read. */
@Timeout(60)
class RepositoryTest {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----\\s*[A-Za-z0-9+/=]{16}");

  /** A word as long as a key in base64 or hexadecimal. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9+/_-]{32,}={0,2}");

  private static final Pattern DIGEST_OR_NAME =
      Pattern.compile("[0-9a-f]+|[A-Za-z_]+|[A-Za-z0-9]*[a-z]{9,}.*|.*[/_-].*[/_-].*[/_-].*");

  private static final double MIN_BITS = 4.3;

  /** Files that may hold keys and tokens, for they are vectors of others or made up for tests. */
  private static final Pattern TESTS = Pattern.compile(".*/src/test/.*");

  /** Others in which a word looks like a secret, each with what it is. */
  private static final Map<String, String> EXPLAINED =
      Map.of(
          "eyJraWQiOiJkZW1vLTEiLCJ0eXAiOiJ0b2tlbi1pbnRyb3NwZWN0aW9uK2p3dCIsImFsZyI6IlJTMjU2In0",
          "the header of an example's answer",
          "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc",
          "a public modulus, of RFC 7517 appendix A.1",
          "bJYTDxMKsNbRWDl-JNK8wcml5zrggfbpg_HHtUXSSkw",
          "a digest, as an example",
          "Q_pcYM8qfdVcDDTXnNXb44IyzdlU-y0HwDaNxHSmcV0",
          "a certificate's digest, as an example",
          "57MmyY3H2pm4WqMVQTsK44E65lV_o1Q8fAE-SpnfWio",
          "a key's thumbprint, as an example",
          "6dRfMLM2Y6-N3yQeY3TdyblVgeJFyFzptiLNu2iwf4A",
          "a certificate's thumbprint, as an example",
          "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN_XKdLCPjaYaY",
          "the head of a chain of the audit, as an example",
          "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
          "a thumbprint, of RFC 7638 section 3.1",
          "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2",
          "a thumbprint, of RFC 8705 section 3.1",
          "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0",
          "a thumbprint, of RFC 8705 appendix A");

  private static List<String> tracked() throws Exception {
    Process git =
        new ProcessBuilder("git", "-C", ROOT.toString(), "ls-files", "-z")
            .redirectErrorStream(true)
            .start();
    String files = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return git.exitValue() == 0 ? List.of(files.split("\0")) : List.of();
  }

  private static String text(String file) throws IOException {
    Path path = ROOT.resolve(file);
    return Files.isRegularFile(path)
        ? new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1)
        : "";
  }

  /** Shannon's, in bits a character. */
  private static double entropy(String word) {
    double bits = 0;
    for (int c : word.chars().distinct().toArray()) {
      double share = (double) word.chars().filter(one -> one == c).count() / word.length();
      bits -= share * Math.log(share) / Math.log(2);
    }
    return bits;
  }

  @Test
  void holdsNoPrivateKeyAndNoSecret_outsideOfTests() throws Exception {
    List<String> files = tracked();
    assumeThat(files).as("a clone, with git").isNotEmpty();
    assertThat(files).contains("pom.xml", "SECURITY.md");

    String tests = String.join("\n", tests().values());
    Map<String, String> found = new TreeMap<>();
    for (String file : files) {
      if (TESTS.matcher(file).matches()) {
        continue;
      }
      String text = text(file);
      if (PRIVATE_KEY.matcher(text).find()) {
        found.put(file, "a private key");
      }
      Matcher words = WORD.matcher(text);
      while (words.find()) {
        String word = words.group();
        if (!DIGEST_OR_NAME.matcher(word).matches()
            && entropy(word) > MIN_BITS
            && !EXPLAINED.containsKey(word)
            && !tests.contains(" " + word + "(")) {
          found.put(file, word);
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void wouldFindAKeyThatSomebodyLeft() {
    String random = "x7Kp2mQ9vR4tY8wZ1aB5cD3eF6gH0jLn";

    assertThat(WORD.matcher("secret: " + random).find()).isTrue();
    assertThat(DIGEST_OR_NAME.matcher(random).matches()).isFalse();
    assertThat(entropy(random)).isGreaterThan(MIN_BITS);
    assertThat(PRIVATE_KEY.matcher("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n").find())
        .isTrue();
  }

  /** The sources of all tests, by the simple names of their classes. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (var walk = Files.walk(ROOT)) {
      for (Path path :
          walk.filter(one -> one.toString().matches(".*/src/test/java/.*(Test|IT)\\.java"))
              .toList()) {
        sources.merge(
            path.getFileName().toString().replace(".java", ""),
            Files.readString(path),
            String::concat);
      }
    }
    return sources;
  }

  /** docs/security.md and SECURITY.md name tests: each is there, by class and method. */
  @Test
  void everyTestThatTheSecurityDocumentsNameIsThere() throws Exception {
    Map<String, String> sources = tests();
    Pattern named =
        Pattern.compile("`([A-Z][A-Za-z0-9]+(?:Test|IT))(?:[#.]([a-z][A-Za-z0-9_]*)(…?))?`");
    Map<String, String> missing = new TreeMap<>();
    int seen = 0;
    for (String document : List.of("SECURITY.md", "docs/security.md")) {
      Matcher matcher = named.matcher(Files.readString(ROOT.resolve(document)));
      while (matcher.find()) {
        seen++;
        String source = sources.get(matcher.group(1));
        String method = matcher.group(2);
        String wanted =
            method == null
                ? "class "
                : " " + method + (matcher.group(3).isEmpty() ? "(?:\\(| =)" : "");
        if (source == null || !Pattern.compile(wanted).matcher(source).find()) {
          missing.put(matcher.group(), document);
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(seen).isGreaterThan(60);
  }
}
