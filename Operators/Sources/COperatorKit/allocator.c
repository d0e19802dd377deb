#ifdef __wasm__
// malloc and its family over memory.grow: two-level segregated fit with immediate coalescing.
//
// Images come in all sizes and linear memory never shrinks: freed neighbours must merge at once, or every new size would
// grow the memory for good. Allocating and freeing take constant time, apart from growing.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct Block {
  struct Block *below;       // its neighbour at the lower address, or null
  uint32_t size;             // in bytes with this header, a multiple of 16; the lowest bit says that it is free
  struct Block *next, *last; // in the list of its class, while it is free
} Block;

enum { unit = 16, header = offsetof(Block, next), is_free = 1, page = 65536 };
_Static_assert(header == 8, "payloads are aligned to 16 because blocks begin 8 bytes before a multiple of 16");

/// Up to sixteen units a class holds one size; beyond, each power of two is divided into sixteen classes.
enum { divisions = 16, classes = 26 * divisions };
static Block *lists[classes];
static uint32_t occupied[classes / 32];
static Block *top;  // a used block of size 0 at the end of memory

static uint32_t size_of(const Block *b) { return b->size & ~(uint32_t)is_free; }
static Block *above(const Block *b) { return (Block *)((uintptr_t)b + size_of(b)); }
static void *payload(Block *b) { return (void *)((uintptr_t)b + header); }
static Block *block(void *p) { return (Block *)((uintptr_t)p - header); }

static uint32_t class_of(uint32_t size) {
  uint32_t units = size / unit;
  if (units < divisions) return units;
  uint32_t power = 31 - (uint32_t)__builtin_clz(units);
  return (power - 3) * divisions + (units >> (power - 4) & (divisions - 1));
}

static void insert(Block *b) {
  uint32_t c = class_of(size_of(b));
  b->size |= is_free;
  b->last = NULL;
  b->next = lists[c];
  if (b->next) b->next->last = b;
  lists[c] = b;
  occupied[c / 32] |= 1u << c % 32;
}

static void take(Block *b) {
  uint32_t c = class_of(size_of(b));
  b->size &= ~(uint32_t)is_free;
  if (b->last) b->last->next = b->next;
  else lists[c] = b->next;
  if (b->next) b->next->last = b->last;
  if (!lists[c]) occupied[c / 32] &= ~(1u << c % 32);
}

/// Cuts a used block after `size` bytes; what is left becomes free, merged with what follows.
static void split(Block *b, uint32_t size) {
  uint32_t rest = size_of(b) - size;
  if (rest < 2 * unit) return;
  Block *end = above(b), *r = (Block *)((uintptr_t)b + size);
  b->size = size;
  r->below = b;
  if (end->size & is_free) {
    take(end);
    rest += end->size;
    end = above(end);
  }
  r->size = rest;
  end->below = r;
  insert(r);
}

/// Makes a free block of at least `size` bytes at the end of memory and takes it.
static Block *grow(uint32_t size) {
  if (!top) {
    extern unsigned char __heap_base;
    top = (Block *)((((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15) + header);
    *top = (Block){0};
  }
  Block *b = top->below && top->below->size & is_free ? top->below : top;
  uint64_t end = (uint64_t)(uintptr_t)b + size + header, have = (uint64_t)__builtin_wasm_memory_size(0) * page;
  if (end > have) {
    if (end > UINT32_MAX - page) return NULL;
    if (__builtin_wasm_memory_grow(0, (size_t)((end - have + page - 1) / page)) == SIZE_MAX) return NULL;
    have = (uint64_t)__builtin_wasm_memory_size(0) * page;
  }
  if (b != top) take(b);
  top = (Block *)((uintptr_t)(have - unit) + header);
  b->size = (uint32_t)((uintptr_t)top - (uintptr_t)b);
  top->below = b;
  top->size = 0;
  return b;
}

static Block *find(uint32_t size) {
  uint32_t own = class_of(size), c = own;
  if (lists[own] && size_of(lists[own]) >= size) return lists[own];
  // Every block of the next class is large enough.
  uint32_t word = ++c / 32;
  for (uint32_t bits = occupied[word] & ~0u << c % 32;; bits = occupied[word]) {
    if (bits) return lists[word * 32 + (uint32_t)__builtin_ctz(bits)];
    if (++word == classes / 32) break;
  }
  for (Block *b = lists[own]; b; b = b->next) {
    if (size_of(b) >= size) return b;
  }
  return NULL;
}

/// The size of the block for a request, or 0 for one that cannot be met.
static uint32_t block_size(size_t count) {
  return count > 0xC0000000u ? 0 : ((count < header ? header : (uint32_t)count) + header + unit - 1) & ~(uint32_t)(unit - 1);
}

/// Small blocks that were freed, by units: the next request of their size gets them without any merging and dividing. Only a few
/// of each size wait here, so that they cannot keep much memory from being one piece.
enum { kept_units = 16, most_kept = 32 };
static struct { Block *first; uint32_t count; } kept[kept_units + 1];

void *malloc(size_t count) {
  uint32_t size = block_size(count);
  if (!size) return NULL;
  if (size <= kept_units * unit && kept[size / unit].first) {
    Block *b = kept[size / unit].first;
    kept[size / unit].first = b->next;
    kept[size / unit].count--;
    return payload(b);
  }
  Block *b = find(size);
  if (b) take(b);
  else if (!(b = grow(size))) return NULL;
  split(b, size);
  return payload(b);
}

void free(void *p) {
  if (!p) return;
  Block *b = block(p);
  uint32_t units = size_of(b) / unit;
  if (units <= kept_units && kept[units].count < most_kept) {
    b->next = kept[units].first;
    kept[units].first = b;
    kept[units].count++;
    return;
  }
  Block *next = above(b);
  if (next->size & is_free) {
    take(next);
    b->size += next->size;
  }
  if (b->below && b->below->size & is_free) {
    Block *below = b->below;
    take(below);
    below->size += b->size;
    b = below;
  }
  above(b)->below = b;
  insert(b);
}

size_t malloc_usable_size(void *p) { return p ? size_of(block(p)) - header : 0; }

void *realloc(void *p, size_t count) {
  if (!p) return malloc(count);
  uint32_t size = block_size(count);
  if (!size) return NULL;
  Block *b = block(p), *next = above(b);
  if (size_of(b) < size && next->size & is_free && size_of(b) + size_of(next) >= size) {
    take(next);
    b->size += next->size;
    above(b)->below = b;
  }
  if (size_of(b) >= size) {
    split(b, size);
    return p;
  }
  void *moved = malloc(count);
  if (!moved) return NULL;
  memcpy(moved, p, size_of(b) - header);
  free(p);
  return moved;
}

void *calloc(size_t count, size_t each) {
  uint64_t bytes = (uint64_t)count * each;
  void *p = bytes > SIZE_MAX ? NULL : malloc((size_t)bytes);
  if (p) memset(p, 0, (size_t)bytes);
  return p;
}

int posix_memalign(void **out, size_t alignment, size_t count) {
  enum { no_memory = 12 };
  if (alignment <= unit) return (*out = malloc(count)) ? 0 : no_memory;
  if (count > SIZE_MAX - alignment - 2 * unit) return no_memory;
  void *p = malloc(count + alignment + 2 * unit);
  if (!p) return no_memory;
  uintptr_t aligned = ((uintptr_t)p + alignment - 1) & ~(uintptr_t)(alignment - 1);
  if (aligned != (uintptr_t)p) {
    // What lies in front becomes a block of its own and is given back: two units at least, or the next aligned address.
    if (aligned - (uintptr_t)p < 2 * unit) aligned += alignment;
    Block *front = block(p), *b = block((void *)aligned);
    b->size = size_of(front) - (uint32_t)(aligned - (uintptr_t)p);
    b->below = front;
    above(b)->below = b;
    front->size -= b->size;
    free(p);
    p = (void *)aligned;
  }
  split(block(p), block_size(count));
  *out = p;
  return 0;
}

void *aligned_alloc(size_t alignment, size_t count) {
  void *p;
  return posix_memalign(&p, alignment, count) ? NULL : p;
}
#endif
