package dev.rescind.platform.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names that variables of the environment can have. */
final class Variables {
  static final String PREFIX = "RESCIND_";

  /** For the logs and the launcher. */
  private static final Set<String> OF_OTHERS =
      Set.of("RESCIND_LOG_FORMAT", "RESCIND_LOG_LEVEL", "RESCIND_JAVA_OPTS");

  /** What Kubernetes adds for each Service of a namespace, here for one named {@code rescind-…}. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "RESCIND_[A-Z0-9_]*?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
              + "|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private Variables() {}

  /** Those that are nobody's. */
  static List<String> unknown(Map<String, String> variables, Shape.Section root) {
    Pattern known =
        Pattern.compile(
            Outline.of(root).stream().map(Variables::pattern).collect(Collectors.joining("|")));
    List<String> unknown = new ArrayList<>();
    variables.forEach(
        (name, value) -> {
          if (!known.matcher(name).matches()
              && !OF_OTHERS.contains(name)
              && !ClientVariables.NAMES.contains(name)
              && !isServiceLink(name, value)) {
            unknown.add(name);
          }
        });
    return unknown;
  }

  private static String pattern(Outline.Entry entry) {
    String name = entry.variable().replace(Outline.INDEX, "(?:0|[1-9][0-9]{0,3})");
    Shape shape = entry.key().shape();
    if (shape instanceof Shape.Texts) {
      return name + "_[A-Z0-9_]+";
    }
    if (!entry.key().canBeInFile()) {
      return "(?!)"; // stands for what is in it
    }
    return shape instanceof Shape.ListOf
        ? name + "(?:_(?:0|[1-9][0-9]{0,3}))?(?:_FILE)?"
        : name + "(?:_FILE)?";
  }

  private static boolean isServiceLink(String name, String value) {
    return SERVICE_LINK.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
  }

  /** The known name that an unknown one was perhaps meant to be. */
  static Optional<String> meant(String unknown, Shape.Section root) {
    Matcher index = Pattern.compile("_([0-9]{1,4})_").matcher(unknown);
    String first = index.find() ? index.group(1) : "0";
    return Names.closest(
        unknown,
        Outline.of(root).stream()
            .filter(entry -> entry.key().canBeInFile())
            .map(entry -> entry.variable().replace(Outline.INDEX, first))
            .toList());
  }
}
