/// Big integers, with what converting between binary and decimal needs.
#pragma once
#include <stdint.h>
#include <string.h>

/// 10^1140 and a few words of room: 10^340 beneath 800 digits.
enum { most_limbs = 122 };
typedef struct { uint32_t limb[most_limbs]; int count; } Big;

static inline void multiply_add(Big *b, uint32_t factor, uint32_t addend) {
  uint64_t carry = addend;
  for (int i = 0; i < b->count; i++) {
    carry += (uint64_t)b->limb[i] * factor;
    b->limb[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (carry && b->count < most_limbs) b->limb[b->count++] = (uint32_t)carry;
}

static inline void multiply_by_power_of_ten(Big *b, int power) {
  for (; power >= 9; power -= 9) multiply_add(b, 1000000000, 0);
  for (; power > 0; power--) multiply_add(b, 10, 0);
}

static inline int bit_count(const Big *b) { return b->count ? b->count * 32 - __builtin_clz(b->limb[b->count - 1]) : 0; }

static inline void shift_left(Big *b, int bits) {
  int words = bits / 32;
  if (words && b->count && b->count + words <= most_limbs) {
    memmove(b->limb + words, b->limb, sizeof(uint32_t) * (size_t)b->count);
    memset(b->limb, 0, sizeof(uint32_t) * (size_t)words);
    b->count += words;
  }
  if (bits % 32) multiply_add(b, 1u << bits % 32, 0);
}

static inline int compare(const Big *a, const Big *b) {
  if (a->count != b->count) return a->count < b->count ? -1 : 1;
  for (int i = a->count - 1; i >= 0; i--) {
    if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
  }
  return 0;
}

static inline void subtract(Big *a, const Big *b) {
  int64_t borrow = 0;
  for (int i = 0; i < a->count; i++) {
    borrow += (int64_t)a->limb[i] - (i < b->count ? b->limb[i] : 0);
    a->limb[i] = (uint32_t)borrow;
    borrow >>= 32;
  }
  while (a->count && !a->limb[a->count - 1]) a->count--;
}
