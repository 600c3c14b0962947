package dev.rescind.introspector.decide;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and what is meant for it.
 *
 * @param audiences only credentials for one of these; null sees all
 * @param issuers only credentials of one of these; null sees all
 * @param registers whether the viewer may have registered credentials itself
 * @param takesStale whether it is answered by a view that is too old
 */
public record Viewer(
    String clientId,
    @Nullable List<String> audiences,
    @Nullable List<String> issuers,
    boolean registers,
    boolean takesStale) {

  /** The same, with nothing kept from it. */
  public Viewer ofAll() {
    return new Viewer(clientId, null, null, registers, takesStale);
  }

  /** Whether the credential is meant for the viewer, or the viewer registered it. */
  public boolean sees(Credential credential) {
    return clientId.equals(credential.binding().registeredBy())
        || (isOfItsIssuers(credential)
            && (isOfOneClient(credential)
                ? clientId.equals(credential.names().clientId())
                : isForItsAudiences(credential)));
  }

  /** A refresh token is for the client it was issued to, and no resource server (RFC 6749). */
  private static boolean isOfOneClient(Credential credential) {
    return credential.type() == CredentialType.REFRESH_TOKEN
        && credential.names().clientId() != null;
  }

  private boolean isOfItsIssuers(Credential credential) {
    return issuers == null || issuers.contains(String.valueOf(credential.names().iss()));
  }

  private boolean isForItsAudiences(Credential credential) {
    if (audiences == null) {
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
