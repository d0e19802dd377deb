#ifndef __wasm__
#include_next <math.h>
#else
#pragma once
// stb_image includes this for formats that are switched off.
#define floorf __builtin_floorf
#define ceilf __builtin_ceilf
#define floor __builtin_floor
#define ceil __builtin_ceil
#define fabs __builtin_fabs
#define sqrt __builtin_sqrt
#endif
