package dev.rescind.publisher.http;

import dev.rescind.publisher.revoke.FieldErrors;
import dev.rescind.publisher.revoke.Members;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Values of a query. */
final class QueryValues {
  private QueryValues() {}

  /** A number from 1 to {@code max}; null for everything else. */
  static @Nullable Integer number(String text, int max) {
    if (!text.matches("[0-9]{1,6}")) {
      return null;
    }
    int number = Integer.parseInt(text);
    return number >= 1 && number <= max ? number : null;
  }

  /** A time; that before all others where there is none, or where the errors are told. */
  static Instant since(@Nullable String text, FieldErrors errors) {
    if (text == null) {
      return Instant.EPOCH;
    }
    Instant time =
        text.matches("[0-9]{1,12}")
            ? Instant.ofEpochSecond(Long.parseLong(text))
            : Members.parseTime(text);
    if (time == null) {
      errors.add("since", "must be a time: seconds since 1970 as an integer, or RFC 3339");
      return Instant.EPOCH;
    }
    return time;
  }
}
