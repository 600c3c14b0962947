package dev.rescind.publisher.revoke;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a request, field by field; messages never echo what was sent. */
public final class FieldErrors {
  /** One error; {@code field} is a dotted path ({@code target.sub}). */
  public record FieldError(String field, String message) {}

  private final List<FieldError> errors = new ArrayList<>();

  public void add(String field, String message) {
    errors.add(new FieldError(field, message));
  }

  public boolean isEmpty() {
    return errors.isEmpty();
  }

  public List<FieldError> list() {
    return List.copyOf(errors);
  }
}
