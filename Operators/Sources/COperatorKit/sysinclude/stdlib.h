#ifndef __wasm__
#include_next <stdlib.h>
#else
#pragma once
#include <stddef.h>
void *malloc(size_t count);
void *calloc(size_t count, size_t each);
void *realloc(void *p, size_t count);
void *aligned_alloc(size_t alignment, size_t count);
int posix_memalign(void **out, size_t alignment, size_t count);
void free(void *p);
int abs(int x);
_Noreturn void abort(void);
#endif
