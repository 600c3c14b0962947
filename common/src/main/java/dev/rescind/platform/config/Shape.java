package dev.rescind.platform.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a configured value must be, as the record types say it. */
sealed interface Shape {

  /** One value: a text, a secret, a whole number, true or false, or a duration. */
  record Scalar(Class<?> type) implements Shape {}

  record ListOf(Shape element) implements Shape {}

  /** Texts under names that are not known here. */
  record Texts() implements Shape {}

  /** A record. */
  record Section(Class<? extends Record> type, List<Key> keys) implements Shape {
    Optional<Key> key(String name) {
      return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }
  }

  /**
   * A component of a record.
   *
   * @param name in snake case
   * @param standard its value where none is given, as the file would spell it
   * @param optional whether it can be absent altogether
   */
  record Key(
      String name,
      Shape shape,
      @Nullable String standard,
      boolean optional,
      RecordComponent component) {

    /** The value that a record has. */
    @Nullable Object read(Object record) {
      try {
        return component.getAccessor().invoke(record);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(name + " cannot be read", e);
      }
    }

    /** Whether the value is never shown. */
    boolean isSecret() {
      return name.contains("secret") || name.endsWith("_hashes");
    }

    /** Whether the value can be given as the content of a file. */
    boolean canBeInFile() {
      return shape instanceof Scalar
          || (shape instanceof ListOf list && list.element() instanceof Scalar);
    }
  }

  static Section of(Class<? extends Record> type) {
    return new Section(type, Arrays.stream(type.getRecordComponents()).map(Shape::key).toList());
  }

  private static Key key(RecordComponent component) {
    Default standard = component.getAnnotation(Default.class);
    if (component.getType() == int.class && standard == null) {
      throw new IllegalArgumentException(component + " needs a default");
    }
    return new Key(
        PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName()),
        shape(component.getGenericType()),
        standard == null ? null : standard.value(),
        component.getAnnotatedType().isAnnotationPresent(Nullable.class),
        component);
  }

  private static Shape shape(Type type) {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == List.class) {
        return new ListOf(shape(generic.getActualTypeArguments()[0]));
      }
      if (generic.getRawType() == Map.class) {
        return new Texts();
      }
    }
    if (type instanceof Class<?> plain) {
      if (plain.isRecord()) {
        return of(plain.asSubclass(Record.class));
      }
      if (plain == Integer.class || plain == int.class) {
        return new Scalar(Integer.class);
      }
      if (plain == String.class
          || plain == Secret.class
          || plain == boolean.class
          || plain == Duration.class) {
        return new Scalar(plain);
      }
    }
    throw new IllegalArgumentException("a configuration record cannot hold a " + type);
  }
}
