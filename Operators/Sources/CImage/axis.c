// Filter weights in fixed point.
#include "axis.h"
#include <stdlib.h>

// The same weights on every machine: no fused multiply-add where the source has none.
#pragma STDC FP_CONTRACT OFF

/// To the nearest integer, down and up: without a maths library, for numbers well within an int.
static double nearest(double x) { return (x + 0x1.8p52) - 0x1.8p52; }
static int down(double x) { return (int)x - (x < (int)x); }
static int up(double x) { return (int)x + (x > (int)x); }

/// sin(pi x) for |x| <= 3: reduction to half a period and a Taylor polynomial.
static double sin_pi(double x) {
  double period = nearest(x), r = (x - period) * 3.14159265358979323846, t = r * r;
  double terms = 1.0 / 362880 + t * (-1.0 / 39916800 + t * (1.0 / 6227020800.0 - t / 1307674368000.0));
  double s = r * (1 + t * (-1.0 / 6 + t * (1.0 / 120 + t * (-1.0 / 5040 + t * terms))));
  return (int)period & 1 ? -s : s;
}

static double lanczos(double x) {
  if (x < 0) x = -x;
  if (x >= 3) return 0;
  if (x < 1e-9) return 1;
  return 3 * sin_pi(x) * sin_pi(x / 3) / (9.86960440108935861883 * x * x);
}

static double triangle(double x) {
  if (x < 0) x = -x;
  return x < 1 ? 1 - x : 0;
}

/// How much of the source sample [j, j + 1) lies in [low, high).
static double overlap(int j, double low, double high) {
  double from = j > low ? j : low, to = j + 1 < high ? j + 1 : high;
  return to > from ? to - from : 0;
}

static int at_least(int value, int least) { return value < least ? least : value; }
static int at_most(int value, int most) { return value > most ? most : value; }

/// The real weights of target sample i, not normalised, for source samples from `*first`; returns how many.
static int real_weights(const Axis *axis, int i, int *first, double *out) {
  double step = axis->length / axis->count, low = axis->start + i * step, centre = axis->start + (i + 0.5) * step;
  double widening = step > 1 ? step : 1;
  double support = axis->filter == image_area ? step / 2 : (axis->filter == image_lanczos ? 3 : 1) * widening;
  int from = at_most(at_least(down(centre - support), 0), axis->source - 1);
  int to = at_least(at_most(up(centre + support), axis->source), from + 1);
  for (int j = from; j < to; j++) {
    double x = (j + 0.5 - centre) / widening;
    out[j - from] = axis->filter == image_area ? overlap(j, low, low + step) : axis->filter == image_lanczos ? lanczos(x) : triangle(x);
  }
  *first = from;
  return to - from;
}

/// Rounds weights to integers that add up to exactly 1 << shift: what rounding lost goes to the largest.
static void quantise(const double *real, int count, double sum, int shift, int16_t *out) {
  int total = 0, largest = 0;
  for (int k = 0; k < count; k++) {
    out[k] = (int16_t)nearest(real[k] / sum * (1 << shift));
    total += out[k];
    if (out[k] > out[largest]) largest = k;
  }
  out[largest] = (int16_t)(out[largest] + (1 << shift) - total);
}

bool axis_prepare(Axis *axis) {
  double step = axis->length / axis->count;
  int most = (int)(2 * 3 * (step > 1 ? step : 1)) + 3;
  axis->stride = (most + 7) / 8 * 8;
  axis->first = malloc(sizeof(int) * (size_t)axis->count);
  axis->taps = malloc(sizeof(int) * (size_t)axis->count);
  axis->weights = calloc((size_t)axis->count * (size_t)axis->stride, sizeof(int16_t));
  double *real = malloc(sizeof(double) * (size_t)most);
  bool ready = axis->first && axis->taps && axis->weights && real;
  if (!ready) axis_discard(axis);

  // The most precision with which the largest weight fits, leaving some room for what rounding adds to it.
  double largest = 0;
  for (int i = 0; ready && i < axis->count; i++) {
    int count = real_weights(axis, i, &axis->first[i], real);
    double sum = 0;
    for (int k = 0; k < count; k++) sum += real[k];
    for (int k = 0; k < count; k++) largest = real[k] / sum > largest ? real[k] / sum : largest;
  }
  axis->shift = axis->shift_limit;
  while (axis->shift > 8 && largest * (1 << axis->shift) > 32000) axis->shift--;

  for (int i = 0; ready && i < axis->count; i++) {
    int count = real_weights(axis, i, &axis->first[i], real);
    int16_t *weights = axis->weights + (size_t)i * (size_t)axis->stride;
    double sum = 0;
    for (int k = 0; k < count; k++) sum += real[k];
    quantise(real, count, sum, axis->shift, weights);
    while (count > 1 && weights[count - 1] == 0) count--;
    axis->taps[i] = count;
  }
  free(real);
  return ready;
}

void axis_discard(Axis *axis) {
  free(axis->first);
  free(axis->taps);
  free(axis->weights);
  *axis = (Axis){0};
}
