package dev.rescind.platform.httpsig;

import dev.rescind.platform.httpsig.FieldMember.InnerList;
import java.util.List;

/** Lists of covered components, as {@code Signature-Input} spells them. */
final class Covered {
  private Covered() {}

  static InnerList of(String text) {
    for (FieldMember member :
        FieldReader.dictionary(List.of("sig=" + text)).orElseThrow().values()) {
      if (member instanceof InnerList list) {
        return list;
      }
    }
    throw new IllegalArgumentException("no list");
  }
}
