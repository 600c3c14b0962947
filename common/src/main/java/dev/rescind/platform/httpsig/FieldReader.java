package dev.rescind.platform.httpsig;

import dev.rescind.platform.httpsig.FieldMember.InnerList;
import dev.rescind.platform.httpsig.FieldMember.Item;
import dev.rescind.platform.httpsig.FieldMember.Parameters;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a dictionary of RFC 8941 (section 4.2.2), more strictly than that asks for: a key that is
 * there twice, a decimal and base64 that is not the one spelling of its bytes are refused, and so
 * is what is beyond the bounds.
 */
final class FieldReader {
  static final int MAX_LENGTH = 8 * 1024;
  static final int MAX_MEMBERS = 16;
  static final int MAX_ITEMS = 32;
  static final int MAX_PARAMETERS = 16;

  private static final int MAX_KEY = 64;
  private static final int MAX_DIGITS = 15;

  private final String text;
  private int at;

  private FieldReader(String text) {
    this.text = text;
  }

  /** The text is not what was looked for. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken() {
      super("broken", null, false, false);
    }
  }

  /**
   * Reads the dictionary that a field's lines make up together.
   *
   * @return empty where it is none, or beyond the bounds
   */
  static Optional<Map<String, FieldMember>> dictionary(List<String> lines) {
    long length = 2L * lines.size();
    for (String line : lines) {
      length += line.length();
    }
    if (length > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(new FieldReader(String.join(", ", lines)).dictionary());
    } catch (Broken e) {
      return Optional.empty();
    }
  }

  private Map<String, FieldMember> dictionary() throws Broken {
    Map<String, FieldMember> members = new LinkedHashMap<>();
    skip(" ");
    while (at < text.length()) {
      String key = key();
      FieldMember member =
          consume('=') ? member() : new Item(new BareItem.Bool(true), parameters());
      if (members.put(key, member) != null || members.size() > MAX_MEMBERS) {
        throw new Broken();
      }
      skip(" \t");
      if (at == text.length()) {
        return members;
      }
      expect(',');
      skip(" \t");
      if (at == text.length()) {
        throw new Broken(); // nothing follows the comma
      }
    }
    return members;
  }

  private FieldMember member() throws Broken {
    return peek() == '(' ? innerList() : item();
  }

  private InnerList innerList() throws Broken {
    expect('(');
    List<Item> items = new ArrayList<>();
    while (true) {
      skip(" ");
      if (consume(')')) {
        return new InnerList(items, parameters());
      }
      if (items.size() == MAX_ITEMS) {
        throw new Broken();
      }
      items.add(item());
      if (peek() != ' ' && peek() != ')') {
        throw new Broken();
      }
    }
  }

  private Item item() throws Broken {
    return new Item(bareItem(), parameters());
  }

  private Parameters parameters() throws Broken {
    Map<String, BareItem> parameters = new LinkedHashMap<>();
    while (consume(';')) {
      skip(" ");
      String key = key();
      BareItem value = consume('=') ? bareItem() : new BareItem.Bool(true);
      if (parameters.put(key, value) != null || parameters.size() > MAX_PARAMETERS) {
        throw new Broken();
      }
    }
    return new Parameters(parameters);
  }

  private String key() throws Broken {
    int start = at;
    if (!isLower(peek()) && peek() != '*') {
      throw new Broken();
    }
    while (isLower(peek()) || isDigit(peek()) || isAnyOf(peek(), "_-.*")) {
      at++;
    }
    if (at - start > MAX_KEY) {
      throw new Broken();
    }
    return text.substring(start, at);
  }

  private BareItem bareItem() throws Broken {
    int c = peek();
    if (c == '"') {
      return string();
    }
    if (c == ':') {
      return bytes();
    }
    if (c == '?') {
      return bool();
    }
    if (c == '-' || isDigit(c)) {
      return integer();
    }
    if (isAlpha(c) || c == '*') {
      return token();
    }
    throw new Broken();
  }

  private BareItem string() throws Broken {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (true) {
      int c = next();
      if (c == '"') {
        return new BareItem.Text(value.toString());
      }
      if (c == '\\') {
        c = next();
        if (c != '"' && c != '\\') {
          throw new Broken();
        }
      }
      if (c < 0x20 || c > 0x7e) {
        throw new Broken();
      }
      value.append((char) c);
    }
  }

  private BareItem bytes() throws Broken {
    expect(':');
    int end = text.indexOf(':', at);
    if (end < 0) {
      throw new Broken();
    }
    String base64 = text.substring(at, end);
    at = end + 1;
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new Broken();
    }
    if (!Base64.getEncoder().encodeToString(decoded).equals(base64)) {
      throw new Broken();
    }
    return new BareItem.Bytes(decoded);
  }

  private BareItem bool() throws Broken {
    expect('?');
    int c = next();
    if (c != '0' && c != '1') {
      throw new Broken();
    }
    return new BareItem.Bool(c == '1');
  }

  private BareItem integer() throws Broken {
    int start = at;
    boolean negative = consume('-');
    int first = at;
    while (isDigit(peek())) {
      at++;
    }
    if (at == first || at - first > MAX_DIGITS || peek() == '.') {
      throw new Broken();
    }
    return new BareItem.Int(Long.parseLong(text.substring(negative ? start : first, at)));
  }

  private BareItem token() {
    int start = at;
    while (isAlpha(peek()) || isDigit(peek()) || isAnyOf(peek(), "!#$%&'*+-.^_`|~:/")) {
      at++;
    }
    return new BareItem.Token(text.substring(start, at));
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private int next() throws Broken {
    if (at == text.length()) {
      throw new Broken();
    }
    return text.charAt(at++);
  }

  private void expect(char wanted) throws Broken {
    if (!consume(wanted)) {
      throw new Broken();
    }
  }

  private boolean consume(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  private void skip(String spaces) {
    while (isAnyOf(peek(), spaces)) {
      at++;
    }
  }

  private static boolean isAnyOf(int c, String wanted) {
    return c >= 0 && wanted.indexOf(c) >= 0;
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isAlpha(int c) {
    return isLower(c) || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
