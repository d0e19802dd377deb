/// The loops over pixels and scores of the snapshot operator.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// value × scale[c] + offset[c], for each of the three channels in the order of the output.
typedef struct {
  float scale[3], offset[3];
} Normalisation;

/// `count` pixels of three interleaved channels, whose order is reversed if `reversed`, to three planes one after the other.
void normalise_planar(const uint8_t *_Nonnull pixels, size_t count, bool reversed, const Normalisation *_Nonnull n, float *_Nonnull out);
/// The same, interleaved as they are.
void normalise_interleaved(const uint8_t *_Nonnull pixels, size_t count, bool reversed, const Normalisation *_Nonnull n, float *_Nonnull out);
/// `count` pixels of one channel.
void normalise_grey(const uint8_t *_Nonnull pixels, size_t count, float scale, float offset, float *_Nonnull out);
/// Bytes stay bytes: planes, or interleaved.
void copy_planar(const uint8_t *_Nonnull pixels, size_t count, bool reversed, uint8_t *_Nonnull out);
void copy_interleaved(const uint8_t *_Nonnull pixels, size_t count, bool reversed, uint8_t *_Nonnull out);

/// e^(x - greatest) over their sum, in place.
void softmax(float *_Nonnull values, size_t count);
