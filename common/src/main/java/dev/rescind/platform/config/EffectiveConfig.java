package dev.rescind.platform.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A configuration as it is in force, as YAML: defaults filled in, secrets and hashes masked. */
public final class EffectiveConfig {
  private static final String MASK = "***";

  /** Names of Kafka's properties that can hold what nobody may see. */
  private static final Pattern SECRET_PROPERTY =
      Pattern.compile("password|secret|jaas|key", Pattern.CASE_INSENSITIVE);

  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .build());

  private EffectiveConfig() {}

  public static String of(ServiceConfig config) {
    try {
      return YAML.writeValueAsString(section(ConfigLoader.ROOT, config));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and lists can always be written", e);
    }
  }

  private static Map<String, Object> section(Shape.Section section, Object given) {
    Map<String, Object> shown = new LinkedHashMap<>();
    for (Shape.Key key : section.keys()) {
      Object value = key.read(given);
      if (value != null) {
        shown.put(key.name(), value(key.shape(), value, key.isSecret()));
      }
    }
    return shown;
  }

  private static Object value(Shape shape, Object value, boolean secret) {
    if (shape instanceof Shape.Section section) {
      return section(section, value);
    }
    if (shape instanceof Shape.ListOf list && value instanceof List<?> elements) {
      List<Object> shown = new ArrayList<>();
      for (Object element : elements) {
        shown.add(value(list.element(), element, secret));
      }
      return shown;
    }
    if (shape instanceof Shape.Texts && value instanceof Map<?, ?> texts) {
      Map<String, Object> shown = new TreeMap<>();
      texts.forEach(
          (name, text) -> {
            boolean masked = SECRET_PROPERTY.matcher(name.toString()).find();
            shown.put(name.toString(), masked ? MASK : text);
          });
      return shown;
    }
    if (secret || value instanceof Secret) {
      return MASK;
    }
    return value instanceof Duration duration ? Durations.print(duration) : value;
  }
}
