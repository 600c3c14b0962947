package dev.rescind.platform.httpsig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.httpsig.FieldMember.InnerList;
import dev.rescind.platform.httpsig.FieldMember.Item;
import dev.rescind.platform.httpsig.FieldMember.Parameters;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldReaderTest {
  private static String again(String text) {
    Map<String, FieldMember> members = FieldReader.dictionary(List.of(text)).orElseThrow();
    return String.join(
        ", ",
        members.entrySet().stream()
            .map(member -> member.getKey() + "=" + member.getValue().serialized())
            .toList());
  }

  @Test
  void readsADictionary_andWritesItInTheOneCanonicalWay() {
    assertThat(again("  sig1=( \"a\"   \"b\";x  );  created=1;flag;neg=-5 ,\tsig2=:AQI=:  "))
        .isEqualTo("sig1=(\"a\" \"b\";x);created=1;flag;neg=-5, sig2=:AQI=:");
    assertThat(again("a=\"q\\\"\\\\\";t=tok/en:*;no=?0;yes=?1, *b"))
        .isEqualTo("a=\"q\\\"\\\\\";t=tok/en:*;no=?0;yes, *b=?1");
    assertThat(again("")).isEmpty();
  }

  @Test
  void joinsTheLinesOfAField() {
    assertThat(FieldReader.dictionary(List.of("a=1", "b=2")).orElseThrow().keySet())
        .containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",",
        "a=1,",
        "a=1,,b=2",
        "a=1 b=2",
        "a=1, a=2",
        "A=1",
        "1=1",
        "a=",
        "a=(",
        "a=(\"b\"\"c\")",
        "a=(\"b\",\"c\")",
        "a=((\"b\"))",
        "a=\"b",
        "a=\"b\\",
        "a=\"\\n\"",
        "a=\"\u00e9\"",
        "a=\"\t\"",
        "a=:AA==",
        "a=:AA:",
        "a=:AB==:",
        "a=:A A=:",
        "a=:A-_=:",
        "a=1.5",
        "a=-",
        "a=1234567890123456",
        "a=?2",
        "a=1;x=1;x=2",
        "a=1;",
        "a=1; ;b",
        "a=@123",
        "a=%\"utf\"",
        "a =1",
        "a= 1",
        "\na=1"
      })
  void refusesWhatIsNoDictionary(String text) {
    assertThat(FieldReader.dictionary(List.of(text))).isEmpty();
  }

  @Test
  void refusesWhatIsBeyondTheBounds() {
    assertThat(FieldReader.dictionary(List.of("a=\"" + "x".repeat(FieldReader.MAX_LENGTH) + '"')))
        .isEmpty();
    assertThat(FieldReader.dictionary(Collections.nCopies(FieldReader.MAX_LENGTH, ""))).isEmpty();
    assertThat(FieldReader.dictionary(List.of("k".repeat(65) + "=1"))).isEmpty();
    assertThat(FieldReader.dictionary(List.of(numbered("m", "=1, ", FieldReader.MAX_MEMBERS))))
        .isPresent();
    assertThat(FieldReader.dictionary(List.of(numbered("m", "=1, ", FieldReader.MAX_MEMBERS + 1))))
        .isEmpty();
    assertThat(FieldReader.dictionary(List.of("a=1;" + numbered("p", ";", 16)))).isPresent();
    assertThat(FieldReader.dictionary(List.of("a=1;" + numbered("p", ";", 17)))).isEmpty();
    assertThat(FieldReader.dictionary(List.of("a=(" + numbered("i", " ", 32) + ")"))).isPresent();
    assertThat(FieldReader.dictionary(List.of("a=(" + numbered("i", " ", 33) + ")"))).isEmpty();
  }

  private static String numbered(String name, String separator, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(name).append(i).append(separator);
    }
    return text.substring(0, text.length() - (separator.equals("=1, ") ? 2 : 1));
  }

  @Provide
  Arbitrary<InnerList> lists() {
    return Combinators.combine(items().list().ofMaxSize(6), parameters()).as(InnerList::new);
  }

  @Provide
  Arbitrary<String> nearly() {
    return Arbitraries.strings().withChars("ab1*\"\\:;=?(), -.\t\u0000\u00e9/AQ==").ofMaxLength(60);
  }

  private static Arbitrary<Item> items() {
    return Combinators.combine(bareItems(), parameters()).as(Item::new);
  }

  private static Arbitrary<Parameters> parameters() {
    Arbitrary<String> keys =
        Arbitraries.strings()
            .withChars("abz*")
            .ofLength(1)
            .flatMap(
                first ->
                    Arbitraries.strings().withChars("az09_-.*").ofMaxLength(5).map(first::concat));
    return Arbitraries.maps(keys, bareItems())
        .ofMaxSize(4)
        .map(map -> new Parameters(new LinkedHashMap<>(map)));
  }

  private static Arbitrary<BareItem> bareItems() {
    return Arbitraries.oneOf(
        Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(12).map(BareItem.Text::new),
        Arbitraries.longs()
            .between(-999_999_999_999_999L, 999_999_999_999_999L)
            .map(BareItem.Int::new),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(9).map(BareItem.Bytes::new),
        Arbitraries.strings().withChars("az09/:*.!~").ofMaxLength(6).map(t -> token("t" + t)),
        Arbitraries.of(true, false).map(BareItem.Bool::new));
  }

  private static BareItem token(String text) {
    return new BareItem.Token(text);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void anyListIsReadAsItIsWritten(@ForAll("lists") InnerList list) {
    assertThat(FieldReader.dictionary(List.of("sig=" + list.serialized())).orElseThrow())
        .isEqualTo(Map.of("sig", list));
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void whateverIsReadIsReadFromItsCanonicalFormToo(@ForAll("nearly") String text) {
    FieldReader.dictionary(List.of(text))
        .ifPresent(
            members -> {
              Map<String, FieldMember> same =
                  FieldReader.dictionary(List.of(again(text))).orElseThrow();
              assertThat(same).isEqualTo(members);
            });
  }

  @Property(tries = 300)
  void noTextBreaksTheReader(@ForAll @StringLength(max = 100) String text) {
    assertThat(FieldReader.dictionary(List.of("a=" + text))).isNotNull();
  }
}
