package dev.rescind.platform.config;

import dev.rescind.credential.ApiKeySyntax;

/**
 * The API keys that publishers mint.
 *
 * @param prefix of each; the same on every node
 */
public record ApiKeysConfig(@Default("rsc_") String prefix) {
  public ApiKeysConfig {
    new Check()
        .that(
            ApiKeySyntax.PREFIX.matcher(prefix).matches(),
            "prefix",
            "must have 2 to 15 of a-z 0-9, the first a letter, and end in _")
        .done();
  }

  public ApiKeySyntax syntax() {
    return new ApiKeySyntax(prefix);
  }
}
