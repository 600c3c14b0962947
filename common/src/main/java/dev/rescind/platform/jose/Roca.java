package dev.rescind.platform.jose;

import java.math.BigInteger;

/**
 * Tells an RSA modulus of the generator of CVE-2017-15361 ("ROCA"), which can be factored: modulo
 * each of some small primes it is a power of 65537. One of another generator is so for all of them
 * once in some hundred million times.
 */
final class Roca {
  private static final int[] PRIMES = {
    11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157
  };

  private Roca() {}

  static boolean isLikely(BigInteger modulus) {
    for (int prime : PRIMES) {
      if (!isPowerOf65537(modulus.mod(BigInteger.valueOf(prime)).intValue(), prime)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPowerOf65537(int residue, int prime) {
    int power = 1;
    do {
      if (power == residue) {
        return true;
      }
      power = power * (65537 % prime) % prime;
    } while (power != 1);
    return false;
  }
}
