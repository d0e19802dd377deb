// Decoding with stb_image, configured for the kinds this module promises and for WebAssembly's SIMD.
#include "CImage.h"
#include "failure.h"

#define STBI_NO_STDIO
#define STBI_NO_HDR
#define STBI_NO_LINEAR
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_ONLY_GIF
#define STBI_MAX_DIMENSIONS image_side_limit
#define STBI_FAILURE_USERMSG
#define STBI_ASSERT(condition) ((void)0)
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION

#ifdef __wasm__
#define STBI_NO_THREAD_LOCALS
#include "wasm/emmintrin.h"
#define STBI_SSE2
static int stbi__sse2_available(void) { return 1; }
#endif

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#ifdef STB_IMAGE_H
#include STB_IMAGE_H
#else
#include <stb/stb_image.h>
#endif
#pragma clang diagnostic pop

ImageStatus image_decode(const uint8_t *data, size_t count, int channels, ImagePixels *pixels) {
  *pixels = (ImagePixels){0};
  if (count > INT32_MAX) return image_too_large;
  int own;
  pixels->channels = channels;
  pixels->base = stbi_load_from_memory(data, (int)count, &pixels->width, &pixels->height, &own, channels);
  if (pixels->base) return image_ok;
  const char *reason = stbi_failure_reason();
  image_set_failure_reason(reason ? reason : "unknown");
  return reason && strcmp(reason, "Out of memory") == 0 ? image_out_of_memory : image_corrupt;
}

void image_free_pixels(ImagePixels *pixels) {
  stbi_image_free((void *)pixels->base);
  pixels->base = NULL;
}
