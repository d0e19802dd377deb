/// The few vector operations that scaling needs, in the compiler's own vector types where those suffice.
#pragma once
#include <stdint.h>
#include <string.h>
#if defined(__wasm__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));

static inline u8x16 load_u8x16(const void *p) { u8x16 v; memcpy(&v, p, 16); return v; }
static inline i16x8 load_i16x8(const void *p) { i16x8 v; memcpy(&v, p, 16); return v; }
static inline void store_i16x8(void *p, i16x8 v) { memcpy(p, &v, 16); }

static inline i16x8 splat_pair(const int16_t *pair) {
  int32_t both;
  memcpy(&both, pair, 4);
  return (i16x8)(i32x4){both, both, both, both};
}

/// Products of the lanes, added in pairs.
static inline i32x4 dot(i16x8 a, i16x8 b) {
#if defined(__wasm__)
  return (i32x4)wasm_i32x4_dot_i16x8((v128_t)a, (v128_t)b);
#elif defined(__SSE2__)
  return (i32x4)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  i32x4 low = __builtin_convertvector(__builtin_shufflevector(a, a, 0, 2, 4, 6), i32x4) *
              __builtin_convertvector(__builtin_shufflevector(b, b, 0, 2, 4, 6), i32x4);
  return low + __builtin_convertvector(__builtin_shufflevector(a, a, 1, 3, 5, 7), i32x4) *
               __builtin_convertvector(__builtin_shufflevector(b, b, 1, 3, 5, 7), i32x4);
#endif
}

/// Narrows two vectors into one, saturating.
static inline i16x8 narrow(i32x4 low, i32x4 high) {
#if defined(__wasm__)
  return (i16x8)wasm_i16x8_narrow_i32x4((v128_t)low, (v128_t)high);
#elif defined(__SSE2__)
  return (i16x8)_mm_packs_epi32((__m128i)low, (__m128i)high);
#else
  const i32x4 least = {-32768, -32768, -32768, -32768}, most = {32767, 32767, 32767, 32767};
  low = __builtin_elementwise_min(__builtin_elementwise_max(low, least), most);
  high = __builtin_elementwise_min(__builtin_elementwise_max(high, least), most);
  return __builtin_convertvector(__builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7), i16x8);
#endif
}

/// The bytes of `a` and `b` in turn: a0 b0 a1 b1 …, of the lower or the upper halves.
static inline u8x16 interleave_low(u8x16 a, u8x16 b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
static inline u8x16 interleave_high(u8x16 a, u8x16 b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

static inline i16x8 widen_low(u8x16 v) {
  return __builtin_convertvector(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7), i16x8);
}
static inline i16x8 widen_high(u8x16 v) {
  return __builtin_convertvector(__builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15), i16x8);
}
