// Powers of ten, worked out when they are first needed: a module that converts a few magnitudes needs no table of all.
#include "power.h"
#include "big.h"

#ifdef __wasm__
#define PER_THREAD
#else
#define PER_THREAD _Thread_local
#endif

static PER_THREAD struct { uint64_t high, low; } known[greatest_power - least_power + 1];

/// The bits of a big integer from `position` up, 64 of them.
static uint64_t bits(const Big *b, int position) {
  uint64_t value = 0;
  for (int i = 0; i < 64; i++) {
    int at = position + i;
    if (at >= 0 && at / 32 < b->count) value |= (uint64_t)(b->limb[at / 32] >> at % 32 & 1) << i;
  }
  return value;
}

static void work_out(int k, uint64_t *high, uint64_t *low) {
  Big power = {.limb = {1}, .count = 1};
  multiply_by_power_of_ten(&power, k < 0 ? -k : k);
  int count = bit_count(&power);
  if (k >= 0) {
    *high = bits(&power, count - 64);
    *low = bits(&power, count - 128);
    return;
  }
  // 2^(count + 127) divided by the power, which is no power of two: a quotient of 128 bits.
  Big rest = {.limb = {1}, .count = 1};
  shift_left(&rest, count - 1);
  for (int i = 0; i < 128; i++) {
    *high = *high << 1 | *low >> 63;
    *low <<= 1;
    shift_left(&rest, 1);
    if (compare(&rest, &power) >= 0) {
      subtract(&rest, &power);
      *low |= 1;
    }
  }
}

Power operator_kit_power(int k) {
  uint64_t *high = &known[k - least_power].high, *low = &known[k - least_power].low;
  if (!*high) work_out(k, high, low);
  // 5^55 is the greatest power of five in 128 bits; the twos of a power of ten only count in the exponent.
  return (Power){*high, *low, floor_log2_of_power_of_ten(k) - 127, k >= 0 && k <= 55};
}
