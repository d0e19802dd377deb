#pragma once
#include "CImage.h"

/// Which samples of a source axis make up each sample of a target axis, and with what weights.
typedef struct {
  /// What it was made for: `count` target samples over `length` source samples from `start`, of `source` in all.
  int source, count;
  double start, length;
  ImageFilter filter;
  int shift_limit;

  /// The target sample i is the sum of weights[i * stride + k] * source[first[i] + k] over k < taps[i], shifted right by `shift`.
  /// Its weights add up to exactly 1 << shift; those from taps[i] to the stride are zero.
  int *first, *taps;
  int16_t *weights;
  int stride, shift;
} Axis;

/// Fills in the weights of an axis whose first five fields are set. False when memory ran out.
bool axis_prepare(Axis *axis);
void axis_discard(Axis *axis);
