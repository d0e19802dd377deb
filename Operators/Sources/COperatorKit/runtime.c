#ifdef __wasm__
// What the Embedded Swift runtime and the compiler expect of a C library and of compiler-rt.
#include "COperatorKit.h"
#include <stdint.h>

/// The seed of Swift's hashing. The same every time, on purpose: an operator imports no randomness, and a run can be replayed.
void arc4random_buf(void *buffer, size_t count) {
  static uint64_t state = 0x9E3779B97F4A7C15u;
  for (uint8_t *p = buffer; count--; p++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    *p = (uint8_t)(state >> 24);
  }
}

/// Swift's `print` ends up here; whole lines go to the host's log.
int putchar(int character) {
  static uint8_t line[256];
  static size_t count;
  if (character != '\n') line[count++] = (uint8_t)character;
  if (character == '\n' || count == sizeof line) {
    host_log(2, (const uint8_t *)"print", 5, line, count);
    count = 0;
  }
  return character;
}

uintptr_t __stack_chk_guard = 0xd00dfeed;
_Noreturn void __stack_chk_fail(void) { __builtin_trap(); }
_Noreturn void abort(void) { __builtin_trap(); }
int abs(int x) { return x < 0 ? -x : x; }

/// 128-bit multiplication, from 32-bit halves of the low words.
__int128 __multi3(__int128 a, __int128 b) {
  uint64_t x = (uint64_t)a, y = (uint64_t)b;
  uint64_t x0 = (uint32_t)x, x1 = x >> 32, y0 = (uint32_t)y, y1 = y >> 32;
  uint64_t low = x0 * y0, cross = x1 * y0 + (low >> 32), other = x0 * y1 + (uint32_t)cross;
  uint64_t high = x1 * y1 + (cross >> 32) + (other >> 32);
  high += x * (uint64_t)((unsigned __int128)b >> 64) + y * (uint64_t)((unsigned __int128)a >> 64);
  return (__int128)((unsigned __int128)high << 64 | (other << 32 | (uint32_t)low));
}

/// `truncatingRemainder`: exact, by subtracting the divisor's multiples bit by bit.
double fmod(double x, double y) {
  double a = __builtin_fabs(x), b = __builtin_fabs(y);
  if (!(b > 0) || !(a < __builtin_inf())) return __builtin_nan("");  // also for a divisor that is not a number
  while (a >= b) {
    double multiple = b;
    while (multiple <= a / 2) multiple *= 2;
    a -= multiple;
  }
  return __builtin_copysign(a, x);
}
float fmodf(float x, float y) { return (float)fmod(x, y); }

const char *_swift_stdlib_strtod_clocale(const char *text, double *value) { return operator_kit_parse_double(text, value); }
const char *_swift_stdlib_strtof_clocale(const char *text, float *value) { return operator_kit_parse_float(text, value); }
#endif
