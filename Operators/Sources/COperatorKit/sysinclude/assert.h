#ifndef __wasm__
#include_next <assert.h>
#else
#pragma once
#define assert(condition) ((void)0)
#endif
