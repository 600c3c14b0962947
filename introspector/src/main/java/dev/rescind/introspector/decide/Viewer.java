package dev.rescind.introspector.decide;

import dev.rescind.credential.Credential;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and what is meant for it.
 *
 * @param audiences only credentials for one of these; null sees all
 */
public record Viewer(String clientId, @Nullable List<String> audiences) {

  /** Whether the credential's audience is one of the viewer's, or the viewer registered it. */
  public boolean sees(Credential credential) {
    if (audiences == null || clientId.equals(credential.binding().registeredBy())) {
      return true;
    }
    for (String aud : credential.aud()) {
      if (audiences.contains(aud)) {
        return true;
      }
    }
    return false;
  }
}
