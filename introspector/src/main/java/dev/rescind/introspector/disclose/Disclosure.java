package dev.rescind.introspector.disclose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.introspector.decide.Known;
import dev.rescind.platform.identity.AnswerPolicy;
import dev.rescind.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Narrows active answers to what their caller is told. {@code cnf} is told always: a credential
 * that is bound to a key must not look like one that is not.
 */
public final class Disclosure {
  private static final String SUB = "sub";
  private static final String SCOPE = "scope";
  private static final Set<String> ALWAYS = Set.of("active", "cnf");

  /** They name the subject too (RFC 7662 section 2.2, RFC 9493), and would undo its pseudonym. */
  private static final Set<String> OTHER_NAMES = Set.of("username", "sub_id");

  private final @Nullable PairwiseSubjects subjects;

  /**
   * @param subjects null where no caller has pairwise subjects
   */
  public Disclosure(@Nullable PairwiseSubjects subjects) {
    this.subjects = subjects;
  }

  /** The answer's bytes; not to be changed. */
  public byte[] of(Known known, AnswerPolicy policy) {
    return policy.isPlain() ? known.answer() : narrowed(known.credential(), policy);
  }

  private byte[] narrowed(Credential credential, AnswerPolicy policy) {
    ObjectNode members = Json.object().put("active", true);
    members.setAll(Json.parseObject(credential.members()).orElseThrow());
    Set<String> scopes = policy.scopes();
    if (scopes != null) {
      narrow(members, scopes);
    }
    String sector = policy.sector();
    if (sector != null) {
      members.remove(OTHER_NAMES);
      rename(members, sector, String.valueOf(credential.names().iss()));
    }
    Set<String> claims = policy.claims();
    if (claims != null) {
      members.retain(
          members.properties().stream()
              .map(member -> member.getKey())
              .filter(((Predicate<String>) claims::contains).or(ALWAYS::contains))
              .toList());
    }
    return Json.write(members).getBytes(StandardCharsets.UTF_8);
  }

  private static void narrow(ObjectNode members, Set<String> scopes) {
    String narrowed =
        Arrays.stream(members.path(SCOPE).asText().split(" "))
            .filter(scopes::contains)
            .collect(Collectors.joining(" "));
    if (narrowed.isEmpty()) {
      members.remove(SCOPE);
    } else {
      members.put(SCOPE, narrowed);
    }
  }

  /** Of the subject, and of who acts for it (RFC 8693 section 4.1). */
  private void rename(ObjectNode members, String sector, String iss) {
    JsonNode sub = members.get(SUB);
    if (sub != null) {
      if (subjects == null || !sub.isTextual()) {
        members.remove(SUB);
      } else {
        members.put(SUB, subjects.of(sector, iss, sub.textValue()));
      }
    }
    for (String actor : new String[] {"act", "may_act"}) {
      if (members.get(actor) instanceof ObjectNode nested) {
        JsonNode own = nested.path("iss");
        rename(nested, sector, own.isTextual() ? own.textValue() : iss);
      }
    }
  }
}
