package dev.rescind.testing;

import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Other texts that some reader or other takes for the same JWT. */
public final class Respellings {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /** RFC 7518 section 3.4: the order of P-256's group. */
  private static final BigInteger N =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private Respellings() {}

  /** Those with the signature's meaning left as it is, by what was done. */
  public static Map<String, String> of(String jwt) {
    String[] parts = jwt.split("\\.", -1);
    String header = parts[0];
    String payload = parts[1];
    String signature = parts[2];
    Map<String, String> all = new LinkedHashMap<>();
    all.put("a space after it", jwt + " ");
    all.put("a space before it", " " + jwt);
    all.put("a newline after it", jwt + "\n");
    all.put("CR and LF after it", jwt + "\r\n");
    all.put("a tab after it", jwt + "\t");
    all.put("a NUL after it", jwt + "\0");
    all.put("a BOM before it", "\ufeff" + jwt);
    all.put("a no-break space after it", jwt + "\u00a0");
    all.put("a zero-width space after it", jwt + "\u200b");
    all.put("quotes around it", "\"" + jwt + "\"");
    all.put("Bearer before it", "Bearer " + jwt);
    all.put("DPoP before it", "DPoP " + jwt);
    all.put("a comma after it", jwt + ",");
    all.put("a percent sign after it", jwt + "%");
    all.put("an escaped NUL after it", jwt + "%00");
    all.put("itself after it", jwt + "," + jwt);
    all.put("a dot after it", jwt + ".");
    all.put("a dot before it", "." + jwt);
    all.put("a fourth part", jwt + ".AAAA");
    all.put("two more parts, as an encrypted token", jwt + ".AAAA.AAAA");
    all.put("a doubled first dot", header + ".." + payload + "." + signature);
    all.put("a doubled second dot", header + "." + payload + ".." + signature);
    all.put("no signature", header + "." + payload + ".");
    all.put("no signature and no dot", header + "." + payload);
    all.put("an ideographic full stop for a dot", jwt.replaceFirst("\\.", "\u3002"));
    all.put("an escaped dot", jwt.replaceFirst("\\.", "%2E"));
    all.put("a detached payload", header + ".." + signature);
    all.put("padding after the header", header + "=." + payload + "." + signature);
    all.put("padding after the payload", header + "." + payload + "=." + signature);
    all.put("padding after the signature", jwt + "=");
    all.put("two of padding after the signature", jwt + "==");
    all.put("escaped padding after the signature", jwt + "%3D");
    all.put("a tail bit in the signature", jwt.substring(0, jwt.length() - 1) + tailBit(jwt));
    all.put("the other alphabet in the signature", header + "." + payload + "." + other(signature));
    all.put("an asterisk in the signature", header + "." + payload + "." + with(signature, "*"));
    all.put("a newline in the signature", header + "." + payload + "." + with(signature, "\n"));
    all.put(
        "an exclamation mark in the payload", header + "." + with(payload, "!") + "." + signature);
    all.put("CR and LF in the payload", header + "." + with(payload, "\r\n") + "." + signature);
    all.put("a space in the header", with(header, " ") + "." + payload + "." + signature);
    all.put("a character more in the header", header + "A." + payload + "." + signature);
    all.put("two characters more in the payload", header + "." + payload + "AA." + signature);
    all.put("a fullwidth letter", jwt.replaceFirst("e", "\uff45"));
    all.put("a Cyrillic letter", jwt.replaceFirst("J", "\u0408"));
    all.put("upper case", jwt.toUpperCase(Locale.ROOT));
    all.put("lower case", jwt.toLowerCase(Locale.ROOT));
    all.put(
        "another spelling of the header's JSON", spaced(header) + "." + payload + "." + signature);
    all.put(
        "another spelling of the payload's JSON", header + "." + spaced(payload) + "." + signature);
    all.put("header and payload swapped", payload + "." + header + "." + signature);
    all.put(
        "JSON serialization",
        "{\"protected\":\"%s\",\"payload\":\"%s\",\"signature\":\"%s\"}"
            .formatted(header, payload, signature));
    return all;
  }

  /** The signature that is as good under ECDSA as a JWT's own: (r, n - s). */
  public static String twin(String es256) {
    int dot = es256.lastIndexOf('.');
    byte[] signature = new Base64URL(es256.substring(dot + 1)).decode();
    byte[] s = N.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64))).toByteArray();
    Arrays.fill(signature, 32, 64, (byte) 0);
    int length = Math.min(32, s.length);
    System.arraycopy(s, s.length - length, signature, 64 - length, length);
    return es256.substring(0, dot + 1) + Base64URL.encode(signature);
  }

  private static char tailBit(String part) {
    return ALPHABET.charAt(ALPHABET.indexOf(part.charAt(part.length() - 1)) ^ 1);
  }

  private static String other(String part) {
    String spelled = part.replace('-', '+').replace('_', '/');
    return spelled.equals(part) ? part + "+" : spelled;
  }

  private static String with(String part, String inserted) {
    int half = part.length() / 2;
    return part.substring(0, half) + inserted + part.substring(half);
  }

  private static String spaced(String part) {
    String json = new String(new Base64URL(part).decode(), StandardCharsets.UTF_8);
    return Base64URL.encode(json.replaceFirst(":", ": ")).toString();
  }
}
