// What Millrace's component layer is compared with: the same guests, called by C that is written for their functions' types.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct boundary_text { const char *_Nonnull data; size_t count; } boundary_text_t;

// A message of wasm-graph:processor whose payload is a buffer that the host keeps.
typedef struct boundary_message {
  uint64_t seconds;
  uint32_t nanoseconds;
  uint64_t counter;
  boundary_text_t node, topic, content_type, schema;
  boundary_text_t properties[3][2];
} boundary_message_t;

// --- through wasmtime's core functions: the least that a call can take -------------------------------------------------------
// Everything that the guest says is checked, as the canonical ABI wants; each string or list is one call of its realloc and one memcpy.
typedef struct boundary_core boundary_core_t;
// The core module's exported function. NULL if it cannot be had.
boundary_core_t *_Nullable boundary_core_new(const uint8_t *_Nonnull module, size_t module_size, const char *_Nonnull function);
void boundary_core_delete(boundary_core_t *_Nonnull);
// Each makes `count` calls; false if one failed.
bool boundary_core_nothing(boundary_core_t *_Nonnull, size_t count);
bool boundary_core_take(boundary_core_t *_Nonnull, const uint8_t *_Nonnull bytes, size_t size, size_t count);
bool boundary_core_give(boundary_core_t *_Nonnull, uint8_t *_Nonnull bytes, size_t size, size_t count);
// False too if the guest does not let the message pass.
bool boundary_core_filter(boundary_core_t *_Nonnull, const boundary_message_t *_Nonnull, size_t count);

// --- through wasmtime's component functions, which take and give trees of values -----------------------------------------------
typedef struct boundary_component boundary_component_t;
boundary_component_t *_Nullable boundary_component_new(const uint8_t *_Nonnull component, size_t component_size, const char *_Nonnull interface,
                                                       const char *_Nonnull function);
void boundary_component_delete(boundary_component_t *_Nonnull);
bool boundary_component_nothing(boundary_component_t *_Nonnull, size_t count);
bool boundary_component_take(boundary_component_t *_Nonnull, const uint8_t *_Nonnull bytes, size_t size, size_t count);
bool boundary_component_give(boundary_component_t *_Nonnull, uint8_t *_Nonnull bytes, size_t size, size_t count);
bool boundary_component_filter(boundary_component_t *_Nonnull, const boundary_message_t *_Nonnull, size_t count);

// Holds this thread, and the threads that it starts, to one core, and gives back those that it had before.
bool boundary_use_one_core(void);
void boundary_use_all_cores(void);
