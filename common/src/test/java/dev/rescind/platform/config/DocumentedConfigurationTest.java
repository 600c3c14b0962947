package dev.rescind.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rescind.platform.identity.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/configuration.md to the records, and the examples in deploy to both. */
@Timeout(20)
class DocumentedConfigurationTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern QUOTED = Pattern.compile("^`([^`]+)`");
  private static final String IDENTITY =
      """
      metadata: {issuer: "https://rescind.example"}
      identities: [{client_id: a, secret_hashes: ["%s"], assertion: {jwks_file: keys.json}}]
      """
          .formatted(Yaml.PBKDF2);
  private static final String ISSUER =
      "issuers: [{iss: \"https://as.example\", keys: {jwks_uri: \"https://as.example/jwks\"}}]\n";

  /** One row of the tables of keys. */
  private record Row(String type, String standard, String limits, String variable) {}

  @TempDir Path directory;

  private static Map<String, Row> rows() throws IOException {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/configuration.md"))) {
      String[] cells = line.split(" *\\| *", -1);
      if (line.startsWith("| `") && cells.length == 8) {
        Row before =
            rows.put(bare(cells[1]), new Row(cells[2], cells[3], cells[4], bare(cells[6])));
        assertThat(before).as(cells[1]).isNull();
      }
    }
    return rows;
  }

  private static String bare(String quoted) {
    return quoted.replace("`", "");
  }

  private static List<Outline.Entry> keys() {
    return Outline.of(ConfigLoader.ROOT).stream()
        .filter(entry -> !(entry.key().shape() instanceof Shape.Section))
        .toList();
  }

  @Test
  void namesEveryKeyInItsOrderAndNoOther() throws IOException {
    assertThat(rows().keySet())
        .containsExactlyElementsOf(keys().stream().map(Outline.Entry::path).toList());
  }

  @Test
  void namesEveryVariable() throws IOException {
    Map<String, Row> rows = rows();
    for (Outline.Entry entry : keys()) {
      String suffix =
          entry.key().canBeInFile()
              ? ""
              : entry.key().shape() instanceof Shape.Texts ? "_<NAME>" : "_" + Outline.INDEX + "_*";
      assertThat(rows.get(entry.path()))
          .as(entry.path())
          .extracting(Row::variable)
          .isEqualTo(entry.variable() + suffix);
    }
  }

  @Test
  void saysTheTypeOfEveryKey() throws IOException {
    Map<String, Row> rows = rows();
    for (Outline.Entry entry : keys()) {
      assertThat(rows.get(entry.path()))
          .as(entry.path())
          .extracting(Row::type)
          .isEqualTo(type(entry.key()));
    }
  }

  private static String type(Shape.Key key) {
    if (key.shape() instanceof Shape.ListOf list) {
      return list.element() instanceof Shape.Scalar ? "list of texts" : "list";
    }
    if (key.shape() instanceof Shape.Scalar scalar) {
      String plain = key.isSecret() ? "Secret" : scalar.type().getSimpleName();
      return Map.of(
              "String", "text",
              "Secret", "secret",
              "Integer", "number",
              "boolean", "boolean",
              "Duration", "duration")
          .getOrDefault(plain, plain);
    }
    return "properties";
  }

  @Test
  void saysEveryDefault() throws Exception {
    ServiceConfig config = Yaml.load(directory, Yaml.MINIMAL + ISSUER + IDENTITY, Map.of());
    JsonNode inForce = new YAMLMapper().readTree(EffectiveConfig.of(config));
    JsonNode given = new YAMLMapper().readTree(Yaml.MINIMAL + ISSUER + IDENTITY);
    Map<String, String> standards = new TreeMap<>();
    Map<String, String> documented = new TreeMap<>();
    rows()
        .forEach(
            (path, row) -> {
              String pointer = "/" + path.replace("[]", ".0").replace('.', '/');
              JsonNode value = inForce.at(pointer);
              if (!value.isMissingNode() && given.at(pointer).isMissingNode()) {
                standards.put(path, spelled(value));
              }
              Matcher quoted = QUOTED.matcher(row.standard());
              if (quoted.find()) {
                documented.put(path, quoted.group(1));
              }
            });
    // A node's name, and the ports, are the host's and the service's.
    standards.keySet().removeAll(Set.of("node.name", "http.port", "management.port"));
    // What is tried here is not for production.
    standards.put("profile", "production");
    // Nothing is configured of those by default; here one of each is.
    standards.put("issuers", "[]");
    standards.put("identities", "[]");

    assertThat(documented).isEqualTo(standards).hasSizeGreaterThan(20);
  }

  private static String spelled(JsonNode value) {
    if (value.isValueNode() || value.isEmpty()) {
      return value.isValueNode() ? value.asText() : value.toString();
    }
    return String.join(
        ", ", StreamSupport.stream(value.spliterator(), false).map(JsonNode::asText).toList());
  }

  @Test
  void saysWhatMustBeGiven() throws IOException {
    assertThat(rows().entrySet())
        .filteredOn(row -> row.getValue().standard().equals("required"))
        .extracting(Map.Entry::getKey)
        .containsExactly(
            "kafka.bootstrap_servers",
            "log_keys.mac_keys",
            "log_keys.mac_keys[].id",
            "log_keys.mac_keys[].secret",
            "log_keys.lift_verification_keys[].id",
            "log_keys.lift_verification_keys[].public_key",
            "log_keys.lift_signing_key.id",
            "log_keys.lift_signing_key.private_key",
            "grid.members",
            "grid.seal_keys",
            "grid.seal_keys[].id",
            "grid.seal_keys[].secret",
            "answers.signing_keys[].private_key",
            "issuers[].iss",
            "identities[].client_id",
            "identities[].bearer.iss",
            "identities[].signature_keys[].keyid",
            "identities[].signature_keys[].alg",
            "identities[].secrets[].secret_hash");
  }

  @Test
  void namesEveryRight() throws IOException {
    assertThat(rows().get("identities[].rights"))
        .extracting(Row::limits)
        .isEqualTo(
            String.join(
                ", ",
                Arrays.stream(Right.values()).map(right -> "`" + right.wireName() + "`").toList()));
  }

  @Test
  void hasExamplesThatAreValid() throws Exception {
    for (String secret : new String[] {"log-mac-key", "grid-seal-key"}) {
      Files.writeString(directory.resolve(secret), Yaml.SECRET + "\n");
    }
    for (String hash :
        new String[] {"resource-server-hash", "authorization-server-hash", "admin-hash"}) {
      Files.writeString(directory.resolve(hash), Yaml.PBKDF2 + "\n");
    }
    Files.writeString(directory.resolve("lift-public-key"), Yaml.PUBLIC_KEY);
    Files.writeString(directory.resolve("lift-private-key"), Yaml.PRIVATE_KEY);
    String introspector = Files.readString(ROOT.resolve("deploy/introspector.yaml"));
    String publisher = Files.readString(ROOT.resolve("deploy/publisher.yaml"));

    ServiceConfig first =
        example(
            introspector, Map.of("RESCIND_GRID_HOST", "introspector-1"), ServiceKind.INTROSPECTOR);
    ServiceConfig second =
        example(publisher, Map.of("RESCIND_NODE_NAME", "publisher-1"), ServiceKind.PUBLISHER);

    assertThat(first.kafka()).isEqualTo(second.kafka());
    assertThat(first.kafka().bootstrapServers()).hasSize(3);
    assertThat(first.logKeys().macKeys()).isEqualTo(second.logKeys().macKeys());
    assertThat(first.logKeys().liftVerificationKeys())
        .hasSize(1)
        .isEqualTo(second.logKeys().liftVerificationKeys());
    assertThat(first.grid().members()).hasSize(3).isEqualTo(second.grid().members());
    assertThat(first.grid().sealKeys()).isEqualTo(second.grid().sealKeys());
    assertThat(first.identities()).hasSize(3).isEqualTo(second.identities());
  }

  @Test
  void hasAnExampleOfAnIssuerThatIsValid() throws Exception {
    String example = Files.readString(ROOT.resolve("deploy/introspector.yaml"));
    Matcher commented = Pattern.compile("(?m)(^# (issuers:| ).*\n)+").matcher(example);
    assertThat(commented.find()).isTrue();

    ServiceConfig config =
        Yaml.load(directory, Yaml.MINIMAL + commented.group().replaceAll("(?m)^# ", ""), Map.of());

    assertThat(config.issuers()).hasSize(1);
  }

  private ServiceConfig example(String yaml, Map<String, String> environment, ServiceKind kind)
      throws Exception {
    assertThat(yaml).contains("/run/secrets/");
    Path file = directory.resolve("example.yaml");
    Files.writeString(file, yaml.replace("/run/secrets", directory.toString()));
    return ConfigLoader.load(file, environment, kind);
  }
}
