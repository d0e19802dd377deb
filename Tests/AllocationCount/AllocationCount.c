#include "AllocationCount.h"

#ifdef __linux__
#define KEPT 1
#endif
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef KEPT
#endif

#ifdef KEPT
#include <errno.h>
#include <stddef.h>

// glibc's own, under the names that stay when others take its functions' places.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

// In the executable's own block, so that reaching it allocates nothing.
static _Thread_local int64_t count __attribute__((tls_model("initial-exec")));

bool allocation_count_is_kept(void) { return true; }
int64_t allocation_count(void) { return count; }

void *malloc(size_t size) {
  count++;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count++;
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count++;
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  count++;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *made = memalign(alignment, size);
  if (!made) return ENOMEM;
  *memory = made;
  return 0;
}

#else
bool allocation_count_is_kept(void) { return false; }
int64_t allocation_count(void) { return 0; }
#endif
