package dev.rescind.platform.identity;

import java.util.List;

/**
 * What others are told of how callers are authenticated.
 *
 * @param methods of the registry "OAuth Token Endpoint Authentication Methods" (RFC 7591 section
 *     4.2)
 * @param tokenTypes of the registry "OAuth Access Token Types" (RFC 6749 section 11.1)
 * @param signingAlgs the {@code alg} values of client assertions
 * @param challenges for {@code WWW-Authenticate} (RFC 9110 section 11.6.1)
 */
public record Advertised(
    List<String> methods,
    List<String> tokenTypes,
    List<String> signingAlgs,
    List<String> challenges) {

  public Advertised {
    methods = List.copyOf(methods);
    tokenTypes = List.copyOf(tokenTypes);
    signingAlgs = List.copyOf(signingAlgs);
    challenges = List.copyOf(challenges);
  }

  /** All that several say, each once, in order. */
  static Advertised all(List<Advertised> each) {
    return new Advertised(
        each.stream().flatMap(one -> one.methods().stream()).distinct().toList(),
        each.stream().flatMap(one -> one.tokenTypes().stream()).distinct().toList(),
        each.stream().flatMap(one -> one.signingAlgs().stream()).distinct().toList(),
        each.stream().flatMap(one -> one.challenges().stream()).distinct().toList());
  }
}
