#include "CSnapshotKernels.h"

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef u8x16 u8x16_unaligned __attribute__((aligned(1)));
typedef f32x4 f32x4_unaligned __attribute__((aligned(4)));

static inline f32x4 splat(float x) { return (f32x4){x, x, x, x}; }
static inline f32x4 load4(const float *p) { return *(const f32x4_unaligned *)p; }
static inline void store4(float *p, f32x4 v) { *(f32x4_unaligned *)p = v; }

// ---- Pixels ----------------------------------------------------------------

/// Every third byte from the first, second or third, as four floats: one shuffle takes the bytes apart and widens them.
#define CHANNEL(v, c) \
  __builtin_convertvector((i32x4)__builtin_shufflevector((v), (u8x16){0}, (c), 16, 16, 16, (c) + 3, 16, 16, 16, (c) + 6, 16, 16, 16, (c) + 9, 16, 16, 16), f32x4)

void normalise_planar(const uint8_t *pixels, size_t count, bool reversed, const Normalisation *n, float *out) {
  const int first = reversed ? 2 : 0, third = 2 - first;
  // By channel of the input.
  float *planes[3] = {out + (size_t)first * count, out + count, out + (size_t)third * count};
  const float scale[3] = {n->scale[first], n->scale[1], n->scale[third]}, offset[3] = {n->offset[first], n->offset[1], n->offset[third]};
  const f32x4 s0 = splat(scale[0]), s1 = splat(scale[1]), s2 = splat(scale[2]);
  const f32x4 o0 = splat(offset[0]), o1 = splat(offset[1]), o2 = splat(offset[2]);
  size_t i = 0;
  // Four pixels are twelve bytes; the vector reads sixteen.
  for (; i + 6 <= count; i += 4) {
    const u8x16 v = *(const u8x16_unaligned *)(pixels + 3 * i);
    store4(planes[0] + i, CHANNEL(v, 0) * s0 + o0);
    store4(planes[1] + i, CHANNEL(v, 1) * s1 + o1);
    store4(planes[2] + i, CHANNEL(v, 2) * s2 + o2);
  }
  for (; i < count; i++) {
    for (int c = 0; c < 3; c++) planes[c][i] = (float)pixels[3 * i + (size_t)c] * scale[c] + offset[c];
  }
}

void normalise_interleaved(const uint8_t *pixels, size_t count, bool reversed, const Normalisation *n, float *out) {
  for (size_t i = 0; i < count; i++, pixels += 3, out += 3) {
    for (int c = 0; c < 3; c++) out[c] = (float)pixels[reversed ? 2 - c : c] * n->scale[c] + n->offset[c];
  }
}

void normalise_grey(const uint8_t *pixels, size_t count, float scale, float offset, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = (float)pixels[i] * scale + offset;
}

void copy_planar(const uint8_t *pixels, size_t count, bool reversed, uint8_t *out) {
  for (size_t c = 0; c < 3; c++) {
    const uint8_t *from = pixels + (reversed ? 2 - c : c);
    for (size_t i = 0; i < count; i++) out[c * count + i] = from[3 * i];
  }
}

void copy_interleaved(const uint8_t *pixels, size_t count, bool reversed, uint8_t *out) {
  for (size_t i = 0; i < count; i++, pixels += 3, out += 3) {
    for (int c = 0; c < 3; c++) out[c] = pixels[reversed ? 2 - c : c];
  }
}

// ---- Scores ----------------------------------------------------------------

/// e^x for x <= 0 with a relative error below 2e-7: x = n ln 2 + r, and a polynomial in r. Below -87 it is as good as zero.
static inline f32x4 exponential(f32x4 x) {
  const f32x4 least = splat(-87);
  const i32x4 above = x > least;
  x = (f32x4)(((i32x4)x & above) | ((i32x4)least & ~above));
  const f32x4 magic = splat(0x1.8p23f);  // adding and subtracting it rounds to the nearest integer
  f32x4 n = (x * 1.44269504f + magic) - magic;
  f32x4 r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  f32x4 p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1;
  i32x4 power = (__builtin_convertvector(n, i32x4) + 127) << 23;
  return p * (f32x4)power;
}

void softmax(float *values, size_t count) {
  if (!count) return;
  float greatest = values[0];
  for (size_t i = 1; i < count; i++) greatest = values[i] > greatest ? values[i] : greatest;
  f32x4 sums = {0};
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    f32x4 e = exponential(load4(values + i) - greatest);
    store4(values + i, e);
    sums += e;
  }
  float sum = sums[0] + sums[1] + sums[2] + sums[3];
  for (; i < count; i++) sum += values[i] = exponential(splat(values[i] - greatest))[0];
  const float factor = 1 / sum;
  for (i = 0; i < count; i++) values[i] *= factor;
}
