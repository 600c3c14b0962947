package dev.rescind.platform.httpsig;

import java.util.List;

/** A request as it came, of which a signature covers parts. */
public interface HttpMessage {
  String method();

  /** Scheme, authority, path and query as the client sent them. */
  String targetUri();

  /** All values of a header field, in the order in which they came. */
  List<String> headers(String name);
}
