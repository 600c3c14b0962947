package dev.rescind.platform.httpsig;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a member of a dictionary is (RFC 8941 section 3.2): an item, or a list of items. */
sealed interface FieldMember {

  /** As section 4.1 of RFC 8941 writes it. */
  String serialized();

  /** Parameters in their order (section 3.1.2), each there once. */
  record Parameters(Map<String, BareItem> values) {
    public Parameters {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Nullable BareItem get(String key) {
      return values.get(key);
    }

    String serialized() {
      StringBuilder text = new StringBuilder();
      values.forEach(
          (key, value) -> {
            text.append(';').append(key);
            if (!value.equals(new BareItem.Bool(true))) {
              text.append('=').append(value.serialized());
            }
          });
      return text.toString();
    }
  }

  /** An item (section 3.3). */
  record Item(BareItem value, Parameters parameters) implements FieldMember {
    @Override
    public String serialized() {
      return value.serialized() + parameters.serialized();
    }
  }

  /** An inner list (section 3.1.1). */
  record InnerList(List<Item> items, Parameters parameters) implements FieldMember {
    public InnerList {
      items = List.copyOf(items);
    }

    @Override
    public String serialized() {
      return "("
          + String.join(" ", items.stream().map(Item::serialized).toList())
          + ")"
          + parameters.serialized();
    }
  }
}
