// What both ways of calling need of wasmtime.
#pragma once
#include "CBoundary.h"
#include "CWasmtime.h"

// An engine as Millrace configures its own, but that nobody advances its epoch.
wasm_engine_t *boundary_engine(void);
// A store whose deadline never comes.
wasmtime_store_t *boundary_store(wasm_engine_t *);
// Deletes what is not null; true if all is null.
bool boundary_succeeded(wasmtime_error_t *, wasm_trap_t *);

// The buffers that a guest holds.
enum { BOUNDARY_HANDLES = 16 };
typedef struct boundary_handles {
  const void *resources[BOUNDARY_HANDLES];
  uint32_t free[BOUNDARY_HANDLES], free_count, count;
} boundary_handles_t;
// 0 if there is no room.
uint32_t boundary_insert(boundary_handles_t *, const void *resource);
bool boundary_remove(boundary_handles_t *, uint32_t handle);
