/// Decoding, resampling and orienting of images: plain C, the same for WebAssembly and the host.
///
/// All arithmetic on pixels is integer, and the weights are computed without contraction: every build gives the same bytes.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- Headers ---------------------------------------------------------------

typedef enum { image_unknown, image_jpeg, image_png, image_bmp, image_gif } ImageKind;

/// What an encoded image says about itself before any pixel is decoded.
typedef struct {
  ImageKind kind;
  int width, height;
  /// EXIF orientation, 1 to 8; 1 where there is none. Only JPEG is asked.
  int orientation;
  /// JPEG: components of the frame (1, 3 or 4); otherwise 0.
  int components;
  /// JPEG: the frame marker, 0xC0 to 0xCF; otherwise 0.
  int frame_marker;
} ImageHeader;

/// The largest image that is decoded: per side, and in all. A header alone can claim far more than a machine has.
enum { image_side_limit = 65535, image_pixel_limit = 64 * 1024 * 1024 };

typedef enum {
  image_ok,
  /// No magic number of a known kind.
  image_not_recognised,
  /// A known kind, but damaged or cut off: see `image_failure_reason`.
  image_corrupt,
  /// JPEG with four components (CMYK or YCCK).
  image_cmyk,
  /// JPEG with arithmetic coding, lossless or hierarchical frames.
  image_coding_unsupported,
  /// Beyond `image_side_limit` or `image_pixel_limit`.
  image_too_large,
  image_out_of_memory,
} ImageStatus;

/// The kind by the first bytes alone.
ImageKind image_kind(const uint8_t *data, size_t count);

/// Reads the header. Filled in as far as it could be read, whatever the status.
ImageStatus image_read_header(const uint8_t *data, size_t count, ImageHeader *header);

/// Why the last decoding on this thread failed, in a few words.
const char *image_failure_reason(void);

// ---- Pixels ----------------------------------------------------------------

/// Rows of interleaved 8-bit channels without gaps: 1 grey, 3 RGB, or 4 RGB and an ignored byte. BGR if blue comes first.
typedef struct {
  const uint8_t *base;
  int width, height, channels;
  bool blue_first;
} ImagePixels;

/// Decodes an image whose header was read with success into 1 or 4 channels (4 is the fast way to RGB; transparency is dropped).
/// Give the pixels back with `image_free_pixels`.
ImageStatus image_decode(const uint8_t *data, size_t count, int channels, ImagePixels *pixels);
void image_free_pixels(ImagePixels *pixels);

// ---- Scaling ---------------------------------------------------------------

/// All are antialiased: their support grows with the reduction. Lanczos has three lobes, bilinear is the triangle,
/// area weighs each source pixel by how much of it the target pixel covers.
typedef enum { image_lanczos, image_bilinear, image_area } ImageFilter;
typedef enum { image_rgb24, image_bgr24, image_grayscale } ImageFormat;
/// Stretch ignores the aspect ratio, cover crops to the centre, contain adds black bars.
typedef enum { image_stretch, image_cover, image_contain } ImageFit;

typedef struct {
  int width, height;
  ImageFormat format;
  ImageFit fit;
  ImageFilter filter;
} ImageTarget;

/// Bytes per pixel.
int image_channels(ImageFormat format);

/// Holds the filter weights of the sizes seen last, since a camera sends one size. For one thread at a time.
typedef struct ImageScaler ImageScaler;
ImageScaler *image_scaler_create(void);
void image_scaler_destroy(ImageScaler *scaler);

/// Scales `source`, turned upright by its EXIF `orientation`, to `target`, writing width × height × channels bytes to `out`.
/// False when memory ran out.
bool image_scale(ImageScaler *scaler, const ImagePixels *source, int orientation, const ImageTarget *target, uint8_t *out);

/// Header, decoding and scaling in one. `header` is filled in either way.
ImageStatus image_decode_and_scale(
  ImageScaler *scaler, const uint8_t *data, size_t count, const ImageTarget *target, uint8_t *out, ImageHeader *header);
