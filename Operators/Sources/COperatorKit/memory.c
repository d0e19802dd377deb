#ifdef __wasm__
// memcpy and its family. WebAssembly's bulk instructions are fast for long runs but cost a call into the engine each time,
// so that short runs, which are most, are done with plain loads and stores.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { is_short = 64 };

typedef uint64_t word __attribute__((aligned(1), may_alias));
typedef uint32_t half __attribute__((aligned(1), may_alias));
typedef long long quad __attribute__((vector_size(16), aligned(1), may_alias));

__attribute__((target("bulk-memory,bulk-memory-opt"), noinline)) static void copy_long(void *to, const void *from, size_t n) {
  __builtin_memmove(to, from, n);
}
__attribute__((target("bulk-memory,bulk-memory-opt"), noinline)) static void fill_long(void *to, int value, size_t n) {
  __builtin_memset(to, value, n);
}

/// All loads come before the stores that they might overlap with.
static inline void copy_short(uint8_t *to, const uint8_t *from, size_t n) {
  if (n >= 32) {
    quad a = *(const quad *)from, b = *(const quad *)(from + 16), c = *(const quad *)(from + n - 32), d = *(const quad *)(from + n - 16);
    *(quad *)to = a;
    *(quad *)(to + 16) = b;
    *(quad *)(to + n - 32) = c;
    *(quad *)(to + n - 16) = d;
  } else if (n >= 16) {
    quad a = *(const quad *)from, b = *(const quad *)(from + n - 16);
    *(quad *)to = a;
    *(quad *)(to + n - 16) = b;
  } else if (n >= 8) {
    word a = *(const word *)from, b = *(const word *)(from + n - 8);
    *(word *)to = a;
    *(word *)(to + n - 8) = b;
  } else if (n >= 4) {
    half a = *(const half *)from, b = *(const half *)(from + n - 4);
    *(half *)to = a;
    *(half *)(to + n - 4) = b;
  } else if (n) {
    uint8_t a = from[0], b = from[n / 2], c = from[n - 1];
    to[0] = a;
    to[n / 2] = b;
    to[n - 1] = c;
  }
}

void *memmove(void *to, const void *from, size_t n) {
  if (n <= is_short) copy_short(to, from, n);
  else copy_long(to, from, n);
  return to;
}

void *memcpy(void *to, const void *from, size_t n) { return memmove(to, from, n); }

void *memset(void *to, int value, size_t n) {
  if (n > is_short) {
    fill_long(to, value, n);
    return to;
  }
  uint8_t *p = to;
  uint64_t all = 0x0101010101010101u * (uint8_t)value;
  if (n >= 8) {
    for (size_t i = 0; i + 8 < n; i += 8) *(word *)(p + i) = all;
    *(word *)(p + n - 8) = all;
  } else if (n >= 4) {
    *(half *)p = (uint32_t)all;
    *(half *)(p + n - 4) = (uint32_t)all;
  } else if (n) {
    p[0] = p[n / 2] = p[n - 1] = (uint8_t)value;
  }
  return to;
}

int memcmp(const void *a, const void *b, size_t n) {
  const uint8_t *x = a, *y = b;
  for (; n >= 8 && *(const word *)x == *(const word *)y; n -= 8) x += 8, y += 8;
  for (; n; n--, x++, y++) {
    if (*x != *y) return *x - *y;
  }
  return 0;
}

size_t strlen(const char *s) {
  const char *end = s;
  while (*end) end++;
  return (size_t)(end - s);
}

int strcmp(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (uint8_t)*a - (uint8_t)*b;
}
#endif
