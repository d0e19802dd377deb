/// Powers of ten, rounded down to 128 bits.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint64_t high, low;  // the highest bit of `high` is set
  int exponent;        // 10^k is (high:low) × 2^exponent, and less than one unit more if it is not exact
  bool exact;
} Power;

enum { least_power = -342, greatest_power = 324 };

/// 10^k; k must lie between the bounds.
Power operator_kit_power(int k);

/// The 128 bits of a product.
static inline uint64_t multiply(uint64_t a, uint64_t b, uint64_t *high) {
  uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
  uint64_t cross = a1 * b0 + (a0 * b0 >> 32), other = a0 * b1 + (uint32_t)cross;
  *high = a1 * b1 + (cross >> 32) + (other >> 32);
  return a * b;
}

static inline int floor_log2_of_power_of_ten(int k) { return (k * 1741647) >> 19; }
