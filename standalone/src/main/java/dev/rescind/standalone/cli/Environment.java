package dev.rescind.standalone.cli;

import dev.rescind.platform.config.ClientVariables;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a cluster is and as whom it is asked: {@code RESCIND_…} variables, all from one place, so
 * that no secret is sent to a URL from elsewhere.
 */
final class Environment {
  static final Path DEFAULT_FILE = Path.of(".rescind", "demo.env");

  private final String source;
  private final Map<String, String> variables;

  private Environment(String source, Map<String, String> variables) {
    this.source = source;
    this.variables = Map.copyOf(variables);
  }

  /**
   * The file that is named; else the process's variables, where it has any of them; else {@code
   * ./.rescind/demo.env}.
   */
  static Environment find(@Nullable Path named, Console console) throws Failure {
    if (named != null) {
      return ofFile(named, console);
    }
    if (console.variables().keySet().stream().anyMatch(ClientVariables.NAMES::contains)) {
      return new Environment("the environment", console.variables());
    }
    if (!Files.exists(console.directory().resolve(DEFAULT_FILE))) {
      throw Failure.usage(
          "no cluster is known here: start one with `rescind up`, name its file with --env, or set"
              + " the RESCIND_ variables");
    }
    return ofFile(DEFAULT_FILE, console);
  }

  private static Environment ofFile(Path file, Console console) throws Failure {
    return new Environment(file.toString(), EnvFile.read(console.directory().resolve(file)));
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  String require(String name) throws Failure {
    return get(name).orElseThrow(() -> Failure.usage(name + " is not set in " + source));
  }

  /** All URLs of {@code /introspect}. */
  List<URI> introspectUrls() throws Failure {
    List<URI> urls = new ArrayList<>();
    for (String url : require("RESCIND_INTROSPECT_URLS").strip().split(" +", -1)) {
      urls.add(url("RESCIND_INTROSPECT_URLS", url));
    }
    return urls;
  }

  URI publisher(String pathAndQuery) throws Failure {
    return below("RESCIND_PUBLISH_URL", pathAndQuery);
  }

  URI issuer(String path) throws Failure {
    return below("RESCIND_ISSUER", path);
  }

  private URI below(String name, String pathAndQuery) throws Failure {
    String base = require(name).strip();
    return url(name, base.replaceFirst("/$", "") + pathAndQuery);
  }

  private URI url(String name, String text) throws Failure {
    try {
      URI url = new URI(text);
      if (url.getHost() != null && ("http".equals(url.getScheme()) || isHttps(url))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw Failure.usage(name + " in " + source + " is not an http or https URL");
  }

  private static boolean isHttps(URI url) {
    return "https".equals(url.getScheme());
  }

  /** Names of variables, no values. */
  @Override
  public String toString() {
    return "Environment[" + source + "]";
  }
}
