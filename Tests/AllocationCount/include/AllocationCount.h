// How often a thread has allocated memory, in an executable that links this: by Swift, C and the shared libraries.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// False under a sanitizer, which has an allocator of its own: then nothing is counted.
bool allocation_count_is_kept(void);
// Of the calling thread.
int64_t allocation_count(void);
