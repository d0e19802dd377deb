/// The steps of the format operator as functions, to be timed one by one in a WebAssembly engine:
/// allocate, write an encoded image there, decode, scale, release.
#include "CImage.h"
#include <stdlib.h>

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(name)))
#else
#define EXPORT(name)
int main(void) { return 0; }
#endif

static ImageScaler *scaler;
static ImagePixels pixels;

EXPORT("allocate") void *benchmark_allocate(size_t count) { return malloc(count); }

/// The image's `ImageStatus`.
EXPORT("decode") int benchmark_decode(const uint8_t *data, size_t count) { return (int)image_decode(data, count, 4, &pixels); }

/// Scales what was decoded to RGB24 at `out`; 1 on success.
EXPORT("scale") int benchmark_scale(uint8_t *out, int width, int height) {
  if (!scaler) scaler = image_scaler_create();
  ImageTarget target = {.width = width, .height = height};
  return scaler && image_scale(scaler, &pixels, 1, &target, out);
}

EXPORT("release") void benchmark_release(void) { image_free_pixels(&pixels); }
