// Decimal text to binary floating point, correctly rounded: by one exact operation or a 128-bit power of ten, and where that leaves
// doubt, which is next to never, by a division of big integers.
#include "COperatorKit.h"
#include "big.h"
#include "power.h"

/// A number format: bits of the significand, least exponent of a normal number.
typedef struct { int precision, least_exponent; } Format;
static const Format binary64 = {53, -1022}, binary32 = {24, -126};

/// Beyond this many digits the rest only says "a little more".
enum { most_digits = 800 };

typedef struct {
  bool negative;
  const char *first;  // the first digit that is not zero, or null
  int digits;         // how many from there are kept; a point may lie among them
  int exponent;       // the value is (the kept digits as an integer) × 10^exponent, and a little more if `rest` holds
  bool rest;
} Decimal;

// ---- Rounding --------------------------------------------------------------

/// The bit pattern (without a sign) of the number nearest to a decimal that is neither zero nor far out of range.
static uint64_t nearest(const Decimal *d, Format format) {
  Big a = {.count = 0}, b = {.limb = {1}, .count = 1};
  const char *s = d->first;
  for (int i = 0; i < d->digits; s++) {
    if (*s == '.') continue;
    multiply_add(&a, 10, (uint32_t)(*s - '0'));
    i++;
  }
  int exponent = d->exponent;
  if (d->rest) {
    multiply_add(&a, 10, 1);
    exponent--;
  }
  multiply_by_power_of_ten(exponent > 0 ? &a : &b, exponent > 0 ? exponent : -exponent);

  // Scale to b <= a < 2b: then the value is a/b × 2^scale.
  int scale = bit_count(&a) - bit_count(&b);
  if (scale > 0) shift_left(&b, scale);
  else shift_left(&a, -scale);
  if (compare(&a, &b) < 0) {
    shift_left(&a, 1);
    scale--;
  }
  const int bias = 1 - format.least_exponent;
  if (scale > bias) return (uint64_t)(2 * bias + 1) << (format.precision - 1);
  bool normal = scale >= format.least_exponent;
  int bits = normal ? format.precision : format.precision - (format.least_exponent - scale);

  // The significand and one bit more, by long division; what is left of `a` breaks ties.
  uint64_t quotient = 0;
  for (int i = 0; i <= bits; i++) {
    quotient <<= 1;
    if (compare(&a, &b) >= 0) {
      subtract(&a, &b);
      quotient |= 1;
    }
    shift_left(&a, 1);
  }
  bool half = quotient & 1;
  quotient >>= 1;
  if (half && (a.count || quotient & 1)) quotient++;
  // A carry out of the significand runs into the exponent, which is right.
  return normal ? ((uint64_t)(scale + bias - 1) << (format.precision - 1)) + quotient : quotient;
}

bool operator_kit_scale(uint64_t significand, int exponent, double *value) {
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (significand <= 1ull << 53 && exponent >= -22 && exponent <= 22) {
    *value = exponent < 0 ? (double)significand / powers[-exponent] : (double)significand * powers[exponent];
    return true;
  }
  if (!significand || exponent < least_power || exponent > greatest_power) return false;

  // The product with the power lies between the 128 bits of (high:low) and two units more.
  Power power = operator_kit_power(exponent);
  int shift = __builtin_clzll(significand);
  uint64_t high, carry, low = multiply(significand << shift, power.high, &high);
  multiply(significand << shift, power.low, &carry);
  low += carry;
  high += low < carry;
  int scale = power.exponent - shift + 64;
  if (high >> 63) {
    scale += 64 + 11;
  } else {
    scale += 64 + 10;
    high = high << 1 | low >> 63;
    low <<= 1;
  }
  // Eleven bits of `high` are beyond the significand. Halfway between two doubles, and just below, is for exact arithmetic.
  uint64_t rest = high & 0x7FF;
  if ((rest == 0x3FF && low > UINT64_MAX - 4) || (rest == 0x400 && !low)) return false;
  uint64_t result = (high >> 11) + (rest >= 0x400);
  int biased = scale + 1075;
  if (biased < 1 || biased > 2045) return false;
  uint64_t bits = ((uint64_t)(biased - 1) << 52) + result;
  memcpy(value, &bits, sizeof bits);
  return true;
}

// ---- Parsing ---------------------------------------------------------------

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static const char *skip_word(const char *s, const char *word) {
  while (*word && (*s | 32) == *word) s++, word++;
  return *word ? NULL : s;
}

/// Reads digits, a point and an exponent; returns the end, or null without any digit.
static const char *parse(const char *s, Decimal *d) {
  bool any = false, point = false;
  for (;; s++) {
    if (*s == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(*s)) break;
    any = true;
    if (*s != '0' && !d->first) d->first = s;
    if (d->first && d->digits == most_digits) {
      d->rest |= *s != '0';
      d->exponent += !point;
    } else {
      d->digits += d->first != NULL;
      d->exponent -= point;
    }
  }
  if (!any) return NULL;
  if ((*s | 32) == 'e') {
    bool negative = s[1] == '-';
    const char *t = s + 1 + (s[1] == '-' || s[1] == '+');
    if (is_digit(*t)) {
      int exponent = 0;
      for (; is_digit(*t); t++) {
        if (exponent < 1000000) exponent = exponent * 10 + (*t - '0');
      }
      d->exponent += negative ? -exponent : exponent;
      s = t;
    }
  }
  return s;
}

/// The first digits as an integer.
static uint64_t significand(const Decimal *d) {
  uint64_t integer = 0;
  const char *s = d->first;
  for (int i = 0; i < d->digits; s++) {
    if (*s == '.') continue;
    integer = integer * 10 + (uint64_t)(*s - '0');
    i++;
  }
  return integer;
}

/// Parses a number of the format; the bit pattern comes without its sign.
static const char *parse_number(const char *text, Format format, bool *negative, uint64_t *bits) {
  const uint64_t infinity = (uint64_t)(2 * (1 - format.least_exponent) + 1) << (format.precision - 1);
  *negative = *text == '-';
  const char *s = text + (*text == '-' || *text == '+'), *end;
  if ((end = skip_word(s, "infinity")) || (end = skip_word(s, "inf"))) {
    *bits = infinity;
    return end;
  }
  if ((end = skip_word(s, "nan"))) {
    *bits = infinity | (uint64_t)1 << (format.precision - 2);
    return end;
  }
  Decimal d = {0};
  end = parse(s, &d);
  double value;
  if (!end) return NULL;
  if (!d.first || d.digits + d.exponent < -330) *bits = 0;
  else if (d.digits + d.exponent > 310) *bits = infinity;
  else if (format.precision == 53 && d.digits <= 19 && operator_kit_scale(significand(&d), d.exponent, &value)) memcpy(bits, &value, 8);
  else *bits = nearest(&d, format);
  return end;
}

const char *operator_kit_parse_double(const char *text, double *value) {
  bool negative;
  uint64_t bits = 0;
  const char *end = parse_number(text, binary64, &negative, &bits);
  bits |= (uint64_t)negative << 63;
  memcpy(value, &bits, 8);
  return end;
}

const char *operator_kit_parse_float(const char *text, float *value) {
  bool negative;
  uint64_t bits = 0;
  const char *end = parse_number(text, binary32, &negative, &bits);
  uint32_t pattern = (uint32_t)bits | (uint32_t)negative << 31;
  memcpy(value, &pattern, 4);
  return end;
}
