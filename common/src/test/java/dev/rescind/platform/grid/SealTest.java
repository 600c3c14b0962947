package dev.rescind.platform.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SealTest {
  private static final byte[] PLACE = {1, 2, 3};
  private static final byte[] VALUE = "a credential".getBytes(StandardCharsets.UTF_8);

  private static Seal.Key key(String id, int fill) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) fill);
    return new Seal.Key(id, secret);
  }

  private final Seal seal = new Seal(List.of(key("a", 1)));

  @Test
  void opensWhatItSealed_forThatPlaceAlone() {
    byte[] closed = seal.seal("map", PLACE, VALUE);

    assertThat(seal.open("map", PLACE, closed))
        .hasValueSatisfying(v -> assertThat(v).isEqualTo(VALUE));
    assertThat(seal.open("map", new byte[] {1, 2, 4}, closed)).isEmpty();
    assertThat(seal.open("mapp", PLACE, closed)).isEmpty();
  }

  @Test
  void sealsTheSameValueDifferentlyEachTime_andHidesIt() {
    byte[] first = seal.seal("map", PLACE, VALUE);

    assertThat(seal.seal("map", PLACE, VALUE)).isNotEqualTo(first);
    assertThat(new String(first, StandardCharsets.ISO_8859_1)).doesNotContain("credential");
  }

  @Test
  void opensNothingThatWasTouched() {
    byte[] closed = seal.seal("map", PLACE, VALUE);
    for (int i = 0; i < closed.length * 8; i++) {
      byte[] touched = closed.clone();
      touched[i / 8] ^= (byte) (1 << (i % 8));
      assertThat(seal.open("map", PLACE, touched)).as("bit " + i).isEmpty();
    }
    for (int length = 0; length < closed.length; length++) {
      assertThat(seal.open("map", PLACE, Arrays.copyOf(closed, length))).isEmpty();
    }
  }

  @Test
  void keysRotateWithOverlap() {
    byte[] old = seal.seal("map", PLACE, VALUE);
    Seal rotated = new Seal(List.of(key("b", 2), key("a", 1)));

    assertThat(rotated.open("map", PLACE, old)).isPresent();
    assertThat(seal.open("map", PLACE, rotated.seal("map", PLACE, VALUE))).isEmpty();
    assertThat(new Seal(List.of(key("a", 3))).open("map", PLACE, old)).isEmpty();
  }

  @Test
  void refusesKeysThatAreNone() {
    assertThatThrownBy(() -> new Seal(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Seal.Key("a", new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Seal(List.of(key("a", 1), key("a", 2))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
