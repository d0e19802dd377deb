// Binary floating point to the shortest decimal that reads back as the same number, and of those the nearest:
// Raffaele Giulietti's Schubfach ("The Schubfach way to render doubles", 2020).
#include "COperatorKit.h"
#include "power.h"
#include <string.h>

/// digits × 10^exponent
typedef struct { uint64_t digits; int exponent; } Shortest;

/// factor × power / 2^128; what is cut off shows in the last bit, which is then set.
static uint64_t scaled(uint64_t factor, uint64_t power_high, uint64_t power_low) {
  uint64_t high, carry, middle = multiply(factor, power_high, &high);
  multiply(factor, power_low, &carry);
  middle += carry;
  high += middle < carry;
  // The power is rounded, so that a remainder of one unit says nothing.
  return high | (middle > 1);
}

/// The shortest decimal for significand × 2^exponent.
/// @param is_binade the number is the least of its exponent, so that the next lower one is only half as far as the next higher one
static Shortest shortest(uint64_t significand, int exponent, bool is_binade) {
  if (exponent <= 0 && exponent > -53 && !(significand & ((1ull << -exponent) - 1))) return (Shortest){significand >> -exponent, 0};

  // floor(log10(2^exponent)), or of 3/4 of it.
  int k = (exponent * 1262611 - (is_binade ? 524031 : 0)) >> 22;
  Power power = operator_kit_power(-k);
  uint64_t power_low = power.low + !power.exact, power_high = power.high + (power_low < power.low);
  int shift = exponent + floor_log2_of_power_of_ten(-k) + 1;

  // The number and the middles between it and its neighbours, four times each and in units of 10^k.
  uint64_t odd = significand & 1, four = significand << 2;
  uint64_t lower = scaled((four - 2 + is_binade) << shift, power_high, power_low) + odd;
  uint64_t value = scaled(four << shift, power_high, power_low);
  uint64_t upper = scaled((four + 2) << shift, power_high, power_low) - odd;

  uint64_t s = value >> 2;
  if (s >= 10) {
    uint64_t tens = s / 10, below = 40 * tens;
    bool below_fits = lower <= below, above_fits = below + 40 <= upper;
    if (below_fits != above_fits) return (Shortest){tens + above_fits, k + 1};
  }
  bool below_fits = lower <= s << 2, above_fits = (s << 2) + 4 <= upper;
  if (below_fits != above_fits) return (Shortest){s + above_fits, k};
  uint64_t middle = (s << 2) + 2;
  return (Shortest){s + (value > middle || (value == middle && s & 1)), k};
}

// ---- Writing ---------------------------------------------------------------

/// Writes a number's digits in front of `end`; returns where they begin.
static uint8_t *write_digits(uint32_t number, uint8_t *end) {
  static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
    "49505152535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697"
    "9899";
  for (; number >= 100; number /= 100) memcpy(end -= 2, pairs + number % 100 * 2, 2);
  if (number >= 10) memcpy(end -= 2, pairs + number * 2, 2);
  else *--end = (uint8_t)('0' + number);
  return end;
}

static uint8_t *write_number(uint64_t number, uint8_t *end) {
  while (number > UINT32_MAX) {
    uint8_t *begin = write_digits((uint32_t)(number % 100000000), end);
    for (end -= 8; begin > end;) *--begin = '0';
    number /= 100000000;
  }
  return write_digits((uint32_t)number, end);
}

size_t operator_kit_write_integer(int64_t value, uint8_t *out) {
  uint8_t text[20], *end = text + sizeof text, *begin = write_number(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, end);
  if (value < 0) *--begin = '-';
  memcpy(out, begin, (size_t)(end - begin));
  return (size_t)(end - begin);
}

size_t operator_kit_write_unsigned(uint64_t value, uint8_t *out) {
  uint8_t text[20], *end = text + sizeof text, *begin = write_number(value, end);
  memcpy(out, begin, (size_t)(end - begin));
  return (size_t)(end - begin);
}

/// Where notations change: positions of the point, counted from the front of the digits.
typedef struct { int most_before, most_zeros; bool point_zero; } Layout;

/// Writes a decimal; returns the end.
static uint8_t *write_decimal(Shortest decimal, Layout layout, uint8_t *out) {
  while (decimal.digits % 10 == 0) {
    decimal.digits /= 10;
    decimal.exponent++;
  }
  uint8_t text[20], *end = text + sizeof text, *digits = write_number(decimal.digits, end);
  size_t count = (size_t)(end - digits);
  int point = (int)count + decimal.exponent;
  if (point > 0 && point <= layout.most_before) {
    size_t before = (size_t)point < count ? (size_t)point : count;
    memcpy(out, digits, before);
    out += before;
    if (before < count) {
      *out++ = '.';
      memcpy(out, digits + before, count - before);
      return out + (count - before);
    }
    memset(out, '0', (size_t)point - count);
    out += (size_t)point - count;
    if (layout.point_zero) {
      memcpy(out, ".0", 2);
      out += 2;
    }
    return out;
  }
  if (point <= 0 && -point <= layout.most_zeros) {
    memcpy(out, "0.", 2);
    memset(out += 2, '0', (size_t)-point);
    memcpy(out += -point, digits, count);
    return out + count;
  }
  *out++ = *digits;
  if (count > 1) {
    *out++ = '.';
    memcpy(out, digits + 1, count - 1);
    out += count - 1;
  }
  *out++ = 'e';
  return out + operator_kit_write_integer(point - 1, out);
}

/// Writes a number that is given by its bits: `fraction` of them below the implicit one.
static size_t write_bits(uint64_t bits, int fraction, int least_exponent, bool negative, Layout layout, uint8_t *out) {
  uint8_t *end = out;
  if (negative) *end++ = '-';
  if (!bits) {
    memcpy(end, "0.0", 3);
    return (size_t)(end - out) + (layout.point_zero ? 3 : 1);
  }
  uint64_t significand = bits & ((1ull << fraction) - 1);
  int exponent = (int)(bits >> fraction);
  bool is_binade = !significand && exponent > 1;
  if (exponent) significand |= 1ull << fraction;
  else exponent = 1;
  return (size_t)(write_decimal(shortest(significand, exponent + least_exponent, is_binade), layout, end) - out);
}

size_t operator_kit_write_double(double value, uint8_t *out) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return write_bits(bits & ~(1ull << 63), 52, -1075, bits >> 63, (Layout){16, 4, true}, out);
}

size_t operator_kit_write_float(float value, uint8_t *out) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return write_bits(bits & ~(1u << 31), 23, -150, bits >> 31, (Layout){13, 5, true}, out);
}

size_t operator_kit_write_plain_double(double value, uint8_t *out) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return write_bits(bits & ~(1ull << 63), 52, -1075, bits >> 63, (Layout){400, 400, false}, out);
}
