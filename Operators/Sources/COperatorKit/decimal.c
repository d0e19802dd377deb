// Decimal text to binary floating point, correctly rounded: small numbers by one exact operation, all others by a division of big integers.
#include "COperatorKit.h"
#include <string.h>

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

// ---- Big integers ----------------------------------------------------------

/// 10^1140 and a few words of room: 10^340 beneath 800 digits.
enum { most_limbs = 122 };
typedef struct { uint32_t limb[most_limbs]; int count; } Big;

static void multiply_add(Big *b, uint32_t factor, uint32_t addend) {
  uint64_t carry = addend;
  for (int i = 0; i < b->count; i++) {
    carry += (uint64_t)b->limb[i] * factor;
    b->limb[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (carry && b->count < most_limbs) b->limb[b->count++] = (uint32_t)carry;
}

static void multiply_by_power_of_ten(Big *b, int power) {
  for (; power >= 9; power -= 9) multiply_add(b, 1000000000, 0);
  for (; power > 0; power--) multiply_add(b, 10, 0);
}

static int bit_count(const Big *b) { return b->count ? b->count * 32 - __builtin_clz(b->limb[b->count - 1]) : 0; }

static void shift_left(Big *b, int bits) {
  int words = bits / 32;
  if (words && b->count && b->count + words <= most_limbs) {
    memmove(b->limb + words, b->limb, sizeof(uint32_t) * (size_t)b->count);
    memset(b->limb, 0, sizeof(uint32_t) * (size_t)words);
    b->count += words;
  }
  if (bits % 32) multiply_add(b, 1u << bits % 32, 0);
}

static int compare(const Big *a, const Big *b) {
  if (a->count != b->count) return a->count < b->count ? -1 : 1;
  for (int i = a->count - 1; i >= 0; i--) {
    if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
  }
  return 0;
}

static void subtract(Big *a, const Big *b) {
  int64_t borrow = 0;
  for (int i = 0; i < a->count; i++) {
    borrow += (int64_t)a->limb[i] - (i < b->count ? b->limb[i] : 0);
    a->limb[i] = (uint32_t)borrow;
    borrow >>= 32;
  }
  while (a->count && !a->limb[a->count - 1]) a->count--;
}

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

/// The value, if one multiplication or division of exact doubles gives it.
static bool exact(const Decimal *d, double *value) {
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (d->digits > 15 || d->exponent < -22 || d->exponent > 22) return false;
  uint64_t integer = 0;
  const char *s = d->first;
  for (int i = 0; i < d->digits; s++) {
    if (*s == '.') continue;
    integer = integer * 10 + (uint64_t)(*s - '0');
    i++;
  }
  *value = d->exponent < 0 ? (double)integer / powers[-d->exponent] : (double)integer * powers[d->exponent];
  return true;
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
  else if (format.precision == 53 && exact(&d, &value)) memcpy(bits, &value, 8);
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
