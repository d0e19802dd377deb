// Reading image headers: the kind, the size, and what JPEG says of its coding and orientation.
#include "CImage.h"
#include "failure.h"
#include <string.h>

static _Thread_local const char *failure_reason = "";
void image_set_failure_reason(const char *reason) { failure_reason = reason; }
const char *image_failure_reason(void) { return failure_reason; }

/// Bytes that are read from the front; reading past the end gives 0 and stays at the end.
typedef struct { const uint8_t *next, *end; } Reader;

static size_t left(const Reader *r) { return (size_t)(r->end - r->next); }
static void skip(Reader *r, size_t count) { r->next += count < left(r) ? count : left(r); }
static int byte(Reader *r) { return r->next < r->end ? *r->next++ : 0; }
static uint32_t big(Reader *r, int bytes) {
  uint32_t value = 0;
  while (bytes--) value = value << 8 | (uint32_t)byte(r);
  return value;
}
static uint32_t little(Reader *r, int bytes) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; i++) value |= (uint32_t)byte(r) << 8 * i;
  return value;
}

static bool starts(const uint8_t *data, size_t count, const char *magic, size_t length) {
  return count >= length && memcmp(data, magic, length) == 0;
}

ImageKind image_kind(const uint8_t *data, size_t count) {
  if (starts(data, count, "\xFF\xD8\xFF", 3)) return image_jpeg;
  if (starts(data, count, "\x89PNG\r\n\x1A\n", 8)) return image_png;
  if (starts(data, count, "GIF87a", 6) || starts(data, count, "GIF89a", 6)) return image_gif;
  if (starts(data, count, "BM", 2) && count >= 18) {
    // Two letters are too little to go by: the size of the second header must be one that exists, too.
    Reader r = {data + 14, data + 18};
    uint32_t size = little(&r, 4);
    if (size == 12 || size == 40 || size == 52 || size == 56 || size == 108 || size == 124) return image_bmp;
  }
  return image_unknown;
}

/// The orientation in a TIFF structure's first directory, or 1.
static int read_orientation(Reader tiff) {
  const uint8_t *start = tiff.next;
  bool motorola = starts(start, left(&tiff), "MM\0*", 4);
  if (!motorola && !starts(start, left(&tiff), "II*\0", 4)) return 1;
  uint32_t (*number)(Reader *, int) = motorola ? big : little;
  skip(&tiff, 4);
  uint32_t offset = number(&tiff, 4);
  tiff.next = start;
  skip(&tiff, offset);
  for (uint32_t entries = number(&tiff, 2); entries && left(&tiff) >= 12; entries--) {
    uint32_t tag = number(&tiff, 2), type = number(&tiff, 2);
    skip(&tiff, 4);
    uint32_t value = number(&tiff, 2);
    skip(&tiff, 2);
    if (tag == 0x0112) return type == 3 && value >= 1 && value <= 8 ? (int)value : 1;
  }
  return 1;
}

/// Walks the segments up to the frame header.
static void read_jpeg(Reader r, ImageHeader *header) {
  skip(&r, 2);
  while (left(&r) >= 2) {
    if (byte(&r) != 0xFF) continue;
    int marker = byte(&r);
    while (marker == 0xFF && left(&r)) marker = byte(&r);
    if (marker == 0 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) continue;  // no segment follows
    if (marker == 0xD9 || marker == 0xDA) return;                                       // end, or pixels without a frame
    uint32_t length = big(&r, 2);
    Reader segment = r;
    skip(&r, length < 2 ? 0 : length - 2);
    segment.end = r.next;
    if (marker == 0xE1 && starts(segment.next, left(&segment), "Exif\0\0", 6)) {
      skip(&segment, 6);
      header->orientation = read_orientation(segment);
    }
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
      skip(&segment, 1);
      header->frame_marker = marker;
      header->height = (int)big(&segment, 2);
      header->width = (int)big(&segment, 2);
      header->components = byte(&segment);
      return;
    }
  }
}

static void read_bmp(Reader r, ImageHeader *header) {
  skip(&r, 14);
  if (little(&r, 4) == 12) {
    header->width = (int)little(&r, 2);
    header->height = (int)little(&r, 2);
  } else {
    header->width = (int)little(&r, 4);
    header->height = (int)little(&r, 4);
    if (header->height < 0 && header->height > INT32_MIN) header->height = -header->height;  // rows from the top
  }
}

ImageStatus image_read_header(const uint8_t *data, size_t count, ImageHeader *header) {
  *header = (ImageHeader){.kind = image_kind(data, count), .orientation = 1};
  Reader r = {data, data + count};
  switch (header->kind) {
  case image_unknown: return image_not_recognised;
  case image_jpeg: read_jpeg(r, header); break;
  case image_bmp: read_bmp(r, header); break;
  case image_png:
    skip(&r, 16);
    header->width = (int)big(&r, 4);
    header->height = (int)big(&r, 4);
    break;
  case image_gif:
    skip(&r, 6);
    header->width = (int)little(&r, 2);
    header->height = (int)little(&r, 2);
    break;
  }
  if (header->width <= 0 || header->height <= 0) {
    image_set_failure_reason("no image size in the header");
    return image_corrupt;
  }
  if (header->components == 4) return image_cmyk;
  if (header->frame_marker > 0xC2) return image_coding_unsupported;
  if (header->width > image_side_limit || header->height > image_side_limit ||
      (int64_t)header->width * header->height > image_pixel_limit) {
    return image_too_large;
  }
  return image_ok;
}
