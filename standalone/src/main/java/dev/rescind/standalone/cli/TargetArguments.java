package dev.rescind.standalone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.revocation.Target;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A revocation's target as arguments: {@code TYPE name=value…}, or {@code token -}. */
final class TargetArguments {
  private TargetArguments() {}

  /**
   * The target as {@code /v1/revocations} takes it.
   *
   * @param console where {@code -} is read from
   * @param environment whose {@code RESCIND_ISSUER} stands where {@code iss} is needed and not
   *     given; never for a whole issuer
   */
  static ObjectNode parse(
      String typeName, List<String> arguments, Console console, Environment environment)
      throws Failure {
    Target.Type type = Target.parseType(typeName);
    if (type == null) {
      throw Failure.usage(
          "what is revoked must be one of "
              + Arrays.stream(Target.Type.values())
                  .map(Target.Type::wireName)
                  .collect(Collectors.joining(", ")));
    }
    ObjectNode target = members(type, arguments);
    Set<String> allowed = names(type);
    boolean known = true;
    for (Iterator<String> names = target.fieldNames(); names.hasNext(); ) {
      known &= allowed.contains(names.next());
    }
    if (!known || target.isEmpty()) {
      throw Failure.usage(
          typeName + " is named by " + String.join("=, ", allowed) + "= and nothing else");
    }
    if (target.path("token").isTextual()) {
      target.put("token", console.orFirstLine(target.get("token").textValue()));
    }
    if (isOfAnIssuer(type, target) && !target.has("iss")) {
      environment.get("RESCIND_ISSUER").ifPresent(iss -> target.put("iss", iss));
    }
    return target.put("type", typeName);
  }

  private static ObjectNode members(Target.Type type, List<String> arguments) throws Failure {
    boolean bare = !arguments.isEmpty() && !arguments.get(0).contains("=");
    if (type != Target.Type.TOKEN || !bare) {
      return Members.parse(arguments);
    }
    ObjectNode members = Members.parse(arguments.subList(1, arguments.size()));
    if (members.has("token")) {
      throw Failure.usage("token is given twice");
    }
    return members.put("token", arguments.get(0));
  }

  private static boolean isOfAnIssuer(Target.Type type, ObjectNode target) {
    return switch (type) {
      case GRANT, SESSION, SUBJECT, CLIENT -> true;
      case TOKEN -> target.has("jti");
      case KEY -> target.has("kid");
      case ISSUER, CERTIFICATE -> false;
    };
  }

  private static Set<String> names(Target.Type type) {
    return new TreeSet<>(
        switch (type) {
          case TOKEN -> Set.of("token", "fingerprint", "iss", "jti");
          case GRANT -> Set.of("iss", "grant_id");
          case SESSION -> Set.of("iss", "sid");
          case SUBJECT -> Set.of("iss", "sub");
          case CLIENT -> Set.of("iss", "client_id");
          case ISSUER -> Set.of("iss");
          case KEY -> Set.of("iss", "kid", "jkt");
          case CERTIFICATE -> Set.of("x5t#S256");
        });
  }
}
