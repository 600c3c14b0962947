package dev.rescind.platform.httpsig;

import dev.rescind.platform.httpsig.FieldMember.InnerList;
import dev.rescind.platform.httpsig.FieldMember.Item;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The text that is signed (RFC 9421 section 2.5), and what of the message is in it. */
record SignatureBase(String text, Set<String> covered) {
  SignatureBase {
    covered = Set.copyOf(covered);
  }

  /**
   * Makes the base of what a signature says it covers.
   *
   * @return empty where it names something twice, that the message does not have, or that is not
   *     supported
   */
  static Optional<SignatureBase> of(HttpMessage message, TargetUri target, InnerList input) {
    StringBuilder text = new StringBuilder(512);
    Set<String> identifiers = new HashSet<>();
    Set<String> covered = new HashSet<>();
    for (Item component : input.items()) {
      String identifier = component.serialized();
      String value = value(message, target, component);
      if (value == null || !identifiers.add(identifier)) {
        return Optional.empty();
      }
      text.append(identifier).append(": ").append(value).append('\n');
      if (component.parameters().values().isEmpty()) {
        covered.add(((BareItem.Text) component.value()).value());
      }
    }
    text.append("\"@signature-params\": ").append(input.serialized());
    return Optional.of(new SignatureBase(text.toString(), covered));
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static @Nullable String value(HttpMessage message, TargetUri target, Item component) {
    if (!(component.value() instanceof BareItem.Text text)) {
      return null;
    }
    String name = text.value();
    if (name.equals("@query-param")) {
      return queryParameter(target, component);
    }
    if (!component.parameters().values().isEmpty()) {
      return null; // sf, key, bs, req and tr are for what is not here
    }
    return name.startsWith("@") ? derived(message, target, name) : field(message, name);
  }

  /** Section 2.2. */
  private static @Nullable String derived(HttpMessage message, TargetUri target, String name) {
    return switch (name) {
      case "@method" -> message.method();
      case "@target-uri" -> target.text();
      case "@authority" -> target.authority();
      case "@scheme" -> target.scheme();
      case "@request-target" -> target.requestTarget();
      case "@path" -> target.path();
      case "@query" -> target.query() == null ? "?" : "?" + target.query();
      default -> null;
    };
  }

  /** Section 2.2.8: a parameter that is there more than once cannot be covered. */
  private static @Nullable String queryParameter(TargetUri target, Item component) {
    if (component.parameters().values().size() != 1
        || !(component.parameters().get("name") instanceof BareItem.Text name)
        || target.query() == null) {
      return null;
    }
    List<String> values = QueryParameters.values(target.query(), name.value());
    return values.size() == 1 ? values.get(0) : null;
  }

  /** Section 2.1: all values without the spaces around them, in order. */
  private static @Nullable String field(HttpMessage message, String name) {
    if (!isFieldName(name) || name.equals("signature") || name.equals("signature-input")) {
      return null;
    }
    List<String> lines = message.headers(name);
    if (lines.isEmpty()) {
      return null;
    }
    String value =
        String.join(
            ", ", lines.stream().map(line -> line.replaceAll("\r?\n[ \t]+", " ").strip()).toList());
    return value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c <= 0x7e)) ? value : null;
  }

  private static boolean isFieldName(String name) {
    return !name.isEmpty()
        && name.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= '0' && c <= '9')
                        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }
}
