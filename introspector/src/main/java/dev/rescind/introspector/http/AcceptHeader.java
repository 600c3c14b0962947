package dev.rescind.introspector.http;

import dev.rescind.platform.sign.AnswerSigner;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which form of answer an {@code Accept} header asks for (RFC 9110 section 12.5.1): JSON, unless it
 * names the JWT of RFC 9701 and wants it as much, or will not have JSON.
 */
final class AcceptHeader {
  private static final String JSON = "application/json";
  private static final Pattern WEIGHT = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");
  private static final double ABSENT = -1;

  private AcceptHeader() {}

  /**
   * @param values of all headers of that name
   */
  static boolean wantsJwt(List<String> values) {
    double jwt = ABSENT;
    double json = ABSENT;
    double any = ABSENT;
    for (String value : values) {
      for (String element : value.split(",", -1)) {
        String range = range(element);
        double weight = weight(element);
        if (weight != ABSENT) {
          switch (range) {
            case AnswerSigner.MEDIA_TYPE -> jwt = Math.max(jwt, weight);
            case JSON -> json = Math.max(json, weight);
            case "application/*", "*/*" -> any = Math.max(any, weight);
            default -> {}
          }
        }
      }
    }
    return jwt == ABSENT ? json == 0 && any > 0 : jwt > 0 && jwt >= (json == ABSENT ? any : json);
  }

  private static String range(String element) {
    int semicolon = element.indexOf(';');
    return (semicolon < 0 ? element : element.substring(0, semicolon))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  /** 1 where none is given; absent where it is none. */
  private static double weight(String element) {
    String[] parameters = element.split(";", -1);
    for (int i = 1; i < parameters.length; i++) {
      String parameter = parameters[i].strip();
      if (parameter.regionMatches(true, 0, "q=", 0, 2)) {
        String text = parameter.substring(2);
        return WEIGHT.matcher(text).matches() ? Double.parseDouble(text) : ABSENT;
      }
    }
    return 1;
  }
}
