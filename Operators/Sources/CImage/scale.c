// Separable resampling in fixed point: down the columns first, over long rows that vectorise well, then along each row.
#include "CImage.h"
#include "axis.h"
#include "simd.h"
#include <stdlib.h>
#include <string.h>

/// Between the passes a sample has six fractional bits: room for the overshoot of Lanczos, and finer than any rounding to bytes.
enum { fraction = 6 };
/// With these, sums stay within 32 bits: 255 × 1.6 × 2^21 down the columns, 255 × 2^6 × 1.6² × 2^15 along the rows.
enum { vertical_shift_limit = 21, horizontal_shift_limit = 15 };
/// Samples past the end of a row that the vectors may read.
enum { row_padding = 32 };

// ---- The two passes --------------------------------------------------------

/// The bytes of two rows, weighed by a pair of weights and added to sixteen sums.
static inline void add_pair(u8x16 a, u8x16 b, i16x8 pair, i32x4 sums[4]) {
  u8x16 low = interleave_low(a, b), high = interleave_high(a, b);
  sums[0] += dot(widen_low(low), pair);
  sums[1] += dot(widen_high(low), pair);
  sums[2] += dot(widen_low(high), pair);
  sums[3] += dot(widen_high(high), pair);
}

/// One row of sums over `taps` rows that begin at `source` and are `pitch` bytes apart.
static void sum_rows(const uint8_t *source, size_t pitch, const int16_t *weights, int taps, int shift, int count, int16_t *out) {
  const int down = shift - fraction, round = 1 << (down - 1);
  int x = 0;
  for (; x + 32 <= count; x += 32) {
    i32x4 sums[8];
    for (int i = 0; i < 8; i++) sums[i] = (i32x4){round, round, round, round};
    const uint8_t *row = source + x;
    for (int k = 0; k < taps; k += 2, row += 2 * pitch) {
      // The weight after the last one is zero; its row may not exist.
      const uint8_t *next = k + 1 < taps ? row + pitch : row;
      const i16x8 pair = splat_pair(weights + k);
      add_pair(load_u8x16(row), load_u8x16(next), pair, sums);
      add_pair(load_u8x16(row + 16), load_u8x16(next + 16), pair, sums + 4);
    }
    for (int i = 0; i < 4; i++) store_i16x8(out + x + 8 * i, narrow(sums[2 * i] >> down, sums[2 * i + 1] >> down));
  }
  for (; x < count; x++) {
    int sum = round;
    for (int k = 0; k < taps; k++) sum += weights[k] * source[x + (size_t)k * pitch];
    sum >>= down;
    out[x] = (int16_t)(sum < -32768 ? -32768 : sum > 32767 ? 32767 : sum);
  }
}

static uint8_t to_byte(int sum, int shift) {
  int value = sum >> (shift + fraction);
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/// The sums of a pixel's channels over `taps` pixels from `row`.
static inline i32x4 sum_pixels(const int16_t *row, const int16_t *weights, int taps, int channels) {
  i32x4 sum = {0};
  for (int k = 0; k < taps; k += 2, row += 2 * channels) {
    i16x8 v = load_i16x8(row);
    i16x8 pairs = channels == 4 ? __builtin_shufflevector(v, v, 0, 4, 1, 5, 2, 6, 3, 7) : __builtin_shufflevector(v, v, 0, 3, 1, 4, 2, 5, 6, 7);
    sum += dot(pairs, splat_pair(weights + k));
  }
  return sum;
}

static inline void write_colours(const int16_t *row, int origin, const Axis *axis, int channels, int red, uint8_t *out) {
  const int round = 1 << (axis->shift + fraction - 1);
  for (int i = 0; i < axis->count; i++, out += 3) {
    i32x4 sum = sum_pixels(row + (axis->first[i] - origin) * channels, axis->weights + (size_t)i * (size_t)axis->stride, axis->taps[i], channels);
    out[red] = to_byte(sum[0] + round, axis->shift);
    out[1] = to_byte(sum[1] + round, axis->shift);
    out[2 - red] = to_byte(sum[2] + round, axis->shift);
  }
}

static void write_greys(const int16_t *row, int origin, const Axis *axis, int copies, uint8_t *out) {
  const int round = 1 << (axis->shift + fraction - 1);
  for (int i = 0; i < axis->count; i++) {
    const int16_t *from = row + axis->first[i] - origin, *weights = axis->weights + (size_t)i * (size_t)axis->stride;
    i32x4 sum = {0};
    for (int k = 0; k < axis->taps[i]; k += 8) sum += dot(load_i16x8(from + k), load_i16x8(weights + k));
    uint8_t value = to_byte(sum[0] + sum[1] + sum[2] + sum[3] + round, axis->shift);
    for (int c = 0; c < copies; c++) *out++ = value;
  }
}

/// Resamples to rows of `format` that are `pitch` bytes apart.
static bool resample(const ImagePixels *source, const Axis *across, const Axis *down, ImageFormat format, uint8_t *out, size_t pitch) {
  const int channels = source->channels, last = across->count - 1;
  // Only the columns that some target pixel needs.
  const int origin = across->first[0], columns = across->first[last] + across->taps[last] - origin;
  int16_t *row = calloc((size_t)(columns * channels + row_padding), sizeof(int16_t));
  if (!row) return false;
  const size_t source_pitch = (size_t)source->width * (size_t)channels;
  const int red = source->blue_first != (format == image_bgr24) ? 2 : 0;
  for (int y = 0; y < down->count; y++, out += pitch) {
    sum_rows(source->base + (size_t)down->first[y] * source_pitch + (size_t)(origin * channels), source_pitch,
             down->weights + (size_t)y * (size_t)down->stride, down->taps[y], down->shift, columns * channels, row);
    if (channels == 1) write_greys(row, origin, across, image_channels(format), out);
    else if (channels == 3) write_colours(row, origin, across, 3, red, out);
    else write_colours(row, origin, across, 4, red, out);
  }
  free(row);
  return true;
}

// ---- Weights kept ----------------------------------------------------------

enum { kept_axes = 8 };
struct ImageScaler {
  Axis axes[kept_axes];
  int next;
};

ImageScaler *image_scaler_create(void) { return calloc(1, sizeof(ImageScaler)); }

void image_scaler_destroy(ImageScaler *scaler) {
  if (!scaler) return;
  for (int i = 0; i < kept_axes; i++) axis_discard(&scaler->axes[i]);
  free(scaler);
}

static bool same(const Axis *a, const Axis *b) {
  return a->source == b->source && a->count == b->count && a->start == b->start && a->length == b->length && a->filter == b->filter &&
         a->shift_limit == b->shift_limit;
}

/// The kept axis like `wanted`, made in place of an older one if there is none. It stays through the next call.
static const Axis *find_axis(ImageScaler *scaler, Axis wanted) {
  int i = 0;
  while (i < kept_axes && !same(&scaler->axes[i], &wanted)) i++;
  bool found = i < kept_axes;
  if (!found) i = scaler->next;
  if (i == scaler->next) scaler->next = (i + 1) % kept_axes;
  Axis *axis = &scaler->axes[i];
  if (found) return axis;
  axis_discard(axis);
  *axis = wanted;
  return axis_prepare(axis) ? axis : NULL;
}

// ---- Fit and orientation ---------------------------------------------------

int image_channels(ImageFormat format) { return format == image_grayscale ? 1 : 3; }

static int scaled(int side, double factor, int most) {
  int value = (int)(side * factor + 0.5);
  return value < 1 ? 1 : value > most ? most : value;
}

/// Copies `pixels` (width × height as stored) into rows of `out`, turned upright.
static void turn(const uint8_t *pixels, int width, int height, int channels, int orientation, uint8_t *out, size_t pitch) {
  // For each orientation, after the swap of axes from 5 on: mirrored left to right, upside down.
  static const uint8_t flip_x[] = {0, 1, 1, 0, 0, 1, 1, 0}, flip_y[] = {0, 0, 1, 1, 0, 0, 1, 1};
  bool swap = orientation >= 5;
  int upright_width = swap ? height : width, upright_height = swap ? width : height;
  for (int y = 0; y < upright_height; y++) {
    for (int x = 0; x < upright_width; x++) {
      int u = flip_x[orientation - 1] ? upright_width - 1 - x : x, v = flip_y[orientation - 1] ? upright_height - 1 - y : y;
      const uint8_t *from = pixels + ((size_t)(swap ? u : v) * (size_t)width + (size_t)(swap ? v : u)) * (size_t)channels;
      memcpy(out + (size_t)y * pitch + (size_t)(x * channels), from, (size_t)channels);
    }
  }
}

/// Grey from RGB, with the weights that the PNG decoder uses.
static bool to_grey(const ImagePixels *source, ImagePixels *grey) {
  size_t count = (size_t)source->width * (size_t)source->height;
  uint8_t *out = malloc(count);
  *grey = (ImagePixels){.base = out, .width = source->width, .height = source->height, .channels = 1};
  const int red = source->blue_first ? 2 : 0;
  for (size_t i = 0; out && i < count; i++) {
    const uint8_t *p = source->base + i * (size_t)source->channels;
    out[i] = (uint8_t)((p[red] * 77 + p[1] * 150 + p[2 - red] * 29) >> 8);
  }
  return out;
}

bool image_scale(ImageScaler *scaler, const ImagePixels *source, int orientation, const ImageTarget *target, uint8_t *out) {
  if (target->format == image_grayscale && source->channels != 1) {
    ImagePixels grey;
    bool done = to_grey(source, &grey) && image_scale(scaler, &grey, orientation, target, out);
    free((void *)grey.base);
    return done;
  }
  const bool swap = orientation >= 5 && orientation <= 8, turned = orientation >= 2 && orientation <= 8;
  const int channels = image_channels(target->format);
  const size_t pitch = (size_t)target->width * (size_t)channels;
  // From here on in the axes of the stored image; `width` and `height` are what it is scaled to.
  int width = swap ? target->height : target->width, height = swap ? target->width : target->height;
  double left = 0, top = 0, region_width = source->width, region_height = source->height;
  const double x_factor = (double)width / source->width, y_factor = (double)height / source->height;
  int upright_left = 0, upright_top = 0;
  if (target->fit == image_cover) {
    double factor = x_factor > y_factor ? x_factor : y_factor;
    region_width = width / factor;
    region_height = height / factor;
    left = (source->width - region_width) / 2;
    top = (source->height - region_height) / 2;
  } else if (target->fit == image_contain) {
    double factor = x_factor < y_factor ? x_factor : y_factor;
    width = scaled(source->width, factor, width);
    height = scaled(source->height, factor, height);
    upright_left = (target->width - (swap ? height : width)) / 2;
    upright_top = (target->height - (swap ? width : height)) / 2;
    memset(out, 0, pitch * (size_t)target->height);
  }
  out += (size_t)upright_top * pitch + (size_t)(upright_left * channels);

  const Axis *across = find_axis(scaler, (Axis){
    .source = source->width, .count = width, .start = left, .length = region_width, .filter = target->filter, .shift_limit = horizontal_shift_limit});
  const Axis *down = find_axis(scaler, (Axis){
    .source = source->height, .count = height, .start = top, .length = region_height, .filter = target->filter, .shift_limit = vertical_shift_limit});
  if (!across || !down) return false;
  if (!turned) return resample(source, across, down, target->format, out, pitch);

  const size_t stored_pitch = (size_t)(width * channels);
  uint8_t *stored = malloc(stored_pitch * (size_t)height);
  bool done = stored && resample(source, across, down, target->format, stored, stored_pitch);
  if (done) turn(stored, width, height, channels, orientation, out, pitch);
  free(stored);
  return done;
}

ImageStatus image_decode_and_scale(
  ImageScaler *scaler, const uint8_t *data, size_t count, const ImageTarget *target, uint8_t *out, ImageHeader *header) {
  ImageStatus status = image_read_header(data, count, header);
  if (status != image_ok) return status;
  ImagePixels pixels;
  status = image_decode(data, count, target->format == image_grayscale ? 1 : 4, &pixels);
  if (status != image_ok) return status;
  bool done = image_scale(scaler, &pixels, header->orientation, target, out);
  image_free_pixels(&pixels);
  return done ? image_ok : image_out_of_memory;
}
