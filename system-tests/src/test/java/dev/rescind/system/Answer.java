package dev.rescind.system;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP answer as it came. */
record Answer(int status, Map<String, List<String>> headers, String body) {
  Answer {
    TreeMap<String, List<String>> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(headers);
    headers = sorted;
  }

  static Answer of(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers().map(), response.body());
  }

  /** The values of a header, whose name is compared without case. */
  List<String> header(String name) {
    return headers.getOrDefault(name, List.of());
  }
}
