// Strings of JSON text, eight bytes at a time.
#include "COperatorKit.h"

enum { control = 0x20 };

static bool is_plain(uint8_t c) { return c >= control && c != '"' && c != '\\'; }

size_t operator_kit_plain_run(const uint8_t *text, size_t count, bool *is_ascii) {
  const uint64_t ones = 0x0101010101010101u, highest = 0x80 * ones;
  uint64_t seen = 0;
  size_t i = 0;
  for (; count - i >= 8; i += 8) {
    uint64_t word = *(const UnalignedWord *)(text + i), quote = word ^ '"' * ones, backslash = word ^ '\\' * ones;
    // The lowest of the highest bits is right; those above it may be wrong.
    uint64_t end = (((word - control * ones) & ~word) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & highest;
    if (end) {
      int before = __builtin_ctzll(end) & ~7;
      seen |= before ? word << (64 - before) : 0;
      i += (size_t)before / 8;
      break;
    }
    seen |= word;
  }
  if (count - i < 8) {
    for (; i < count && is_plain(text[i]); i++) seen |= text[i];
  }
  if (seen & highest) *is_ascii = false;
  return i;
}
