package dev.rescind.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Kafka's topics and access lists as docs/deployment.md tells operators to make them. */
final class DocumentedCommands {
  private static final Path DOCUMENT = Path.of("..", "docs", "deployment.md");

  private DocumentedCommands() {}

  /** The options of each command of that name; such as are given twice, twice. */
  private static List<Map<String, List<String>>> commands(String name) throws IOException {
    String text = Files.readString(DOCUMENT).replace("\\\n", " ");
    return text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith(name + " "))
        .map(DocumentedCommands::options)
        .toList();
  }

  private static Map<String, List<String>> options(String line) {
    Map<String, List<String>> options = new HashMap<>();
    String option = "";
    for (String word : Arrays.asList(line.split(" +", -1))) {
      if (word.startsWith("--")) {
        option = word;
        options.computeIfAbsent(option, none -> new ArrayList<>());
      } else {
        options.computeIfAbsent(option, none -> new ArrayList<>()).add(word);
      }
    }
    return options;
  }

  private static List<String> all(Map<String, List<String>> options, String name) {
    return Objects.requireNonNull(options.get(name), name);
  }

  private static String one(Map<String, List<String>> options, String name) {
    List<String> values = all(options, name);
    if (values.size() != 1) {
      throw new IllegalStateException(name + " " + values);
    }
    return values.get(0);
  }

  /** The topics, on the one broker that there is. */
  static List<NewTopic> topics() throws IOException {
    return commands("kafka-topics").stream()
        .map(
            options -> {
              Map<String, String> settings =
                  all(options, "--config").stream()
                      .map(setting -> setting.split("=", 2))
                      .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
              settings.put("min.insync.replicas", "1");
              return new NewTopic(
                      one(options, "--topic"),
                      Integer.parseInt(one(options, "--partitions")),
                      (short) 1)
                  .configs(settings);
            })
        .toList();
  }

  /** The access lists. */
  static List<AclBinding> acls() throws IOException {
    List<AclBinding> acls = new ArrayList<>();
    for (Map<String, List<String>> options : commands("kafka-acls")) {
      for (String operation : all(options, "--operation")) {
        acls.add(
            new AclBinding(
                new ResourcePattern(
                    ResourceType.TOPIC, one(options, "--topic"), PatternType.LITERAL),
                new AccessControlEntry(
                    one(options, "--allow-principal"),
                    "*",
                    Arrays.stream(AclOperation.values())
                        .filter(known -> known.name().replace("_", "").equalsIgnoreCase(operation))
                        .findFirst()
                        .orElseThrow(),
                    AclPermissionType.ALLOW)));
      }
    }
    return acls;
  }
}
