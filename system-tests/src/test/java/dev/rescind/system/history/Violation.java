package dev.rescind.system.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A promise that was not kept, with the operations that prove it.
 *
 * @param promise by its number in {@code docs/properties.md}
 */
public record Violation(String promise, String credential, String what, List<Operation> proof) {
  public Violation {
    proof = List.copyOf(proof);
  }

  @Override
  public String toString() {
    return proof.stream()
        .map(one -> "\n    " + one)
        .collect(Collectors.joining("", promise + " " + credential + ": " + what, ""));
  }
}
