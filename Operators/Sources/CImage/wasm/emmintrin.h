/// The SSE2 intrinsics that stb_image's JPEG kernels use, on WebAssembly's 128-bit SIMD.
///
/// stb_image has no WebAssembly kernels of its own. Its SSE2 ones map almost one to one (`madd` is `i32x4.dot_i16x8_s`,
/// the packs are the saturating narrows) and give the same pixels as the native build, which the tests check.
#pragma once
#ifdef __wasm__
#include <wasm_simd128.h>

typedef v128_t __m128i;

static inline __m128i _mm_setzero_si128(void) { return wasm_i64x2_const_splat(0); }
static inline __m128i _mm_set1_epi8(char x) { return wasm_i8x16_splat(x); }
static inline __m128i _mm_set1_epi16(short x) { return wasm_i16x8_splat(x); }
static inline __m128i _mm_set1_epi32(int x) { return wasm_i32x4_splat(x); }
static inline __m128i _mm_setr_epi16(short a, short b, short c, short d, short e, short f, short g, short h) {
  return wasm_i16x8_make(a, b, c, d, e, f, g, h);
}

static inline __m128i _mm_load_si128(const __m128i *p) { return wasm_v128_load(p); }
static inline __m128i _mm_loadl_epi64(const __m128i *p) { return wasm_v128_load64_zero(p); }
static inline void _mm_storeu_si128(__m128i *p, __m128i x) { wasm_v128_store(p, x); }
static inline void _mm_storel_epi64(__m128i *p, __m128i x) { wasm_v128_store64_lane(p, x, 0); }

static inline __m128i _mm_add_epi16(__m128i a, __m128i b) { return wasm_i16x8_add(a, b); }
static inline __m128i _mm_sub_epi16(__m128i a, __m128i b) { return wasm_i16x8_sub(a, b); }
static inline __m128i _mm_add_epi32(__m128i a, __m128i b) { return wasm_i32x4_add(a, b); }
static inline __m128i _mm_sub_epi32(__m128i a, __m128i b) { return wasm_i32x4_sub(a, b); }
static inline __m128i _mm_xor_si128(__m128i a, __m128i b) { return wasm_v128_xor(a, b); }
static inline __m128i _mm_madd_epi16(__m128i a, __m128i b) { return wasm_i32x4_dot_i16x8(a, b); }

/// The high halves of the 16-bit products.
static inline __m128i _mm_mulhi_epi16(__m128i a, __m128i b) {
  v128_t low = wasm_i32x4_extmul_low_i16x8(a, b), high = wasm_i32x4_extmul_high_i16x8(a, b);
  return wasm_i16x8_shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
}

#define _mm_slli_epi16(x, n) wasm_i16x8_shl((x), (n))
#define _mm_srli_epi16(x, n) wasm_u16x8_shr((x), (n))
#define _mm_srai_epi16(x, n) wasm_i16x8_shr((x), (n))
#define _mm_srai_epi32(x, n) wasm_i32x4_shr((x), (n))

static inline __m128i _mm_packs_epi32(__m128i a, __m128i b) { return wasm_i16x8_narrow_i32x4(a, b); }
static inline __m128i _mm_packus_epi16(__m128i a, __m128i b) { return wasm_u8x16_narrow_i16x8(a, b); }
static inline __m128i _mm_unpacklo_epi8(__m128i a, __m128i b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
static inline __m128i _mm_unpackhi_epi8(__m128i a, __m128i b) {
  return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
static inline __m128i _mm_unpacklo_epi16(__m128i a, __m128i b) { return wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
static inline __m128i _mm_unpackhi_epi16(__m128i a, __m128i b) { return wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

#define _mm_insert_epi16(x, value, lane) wasm_i16x8_replace_lane((x), (lane), (short)(value))
#define _mm_shuffle_epi32(x, order) \
  wasm_i32x4_shuffle((x), (x), (order) & 3, (order) >> 2 & 3, (order) >> 4 & 3, (order) >> 6 & 3)
/// Byte shifts, of the two bytes that stb_image shifts by.
#define _mm_slli_si128(x, n) ((void)sizeof(char[(n) == 2 ? 1 : -1]), wasm_i16x8_shuffle((x), _mm_setzero_si128(), 8, 0, 1, 2, 3, 4, 5, 6))
#define _mm_srli_si128(x, n) ((void)sizeof(char[(n) == 2 ? 1 : -1]), wasm_i16x8_shuffle((x), _mm_setzero_si128(), 1, 2, 3, 4, 5, 6, 7, 8))
#endif
