#include "guest.h"

wasm_engine_t *boundary_engine(void) {
  wasm_config_t *configuration = wasm_config_new();
  wasmtime_config_epoch_interruption_set(configuration, true);
  wasmtime_config_memory_may_move_set(configuration, false);
  wasmtime_config_concurrency_support_set(configuration, false);
  wasmtime_config_wasm_memory64_set(configuration, false);
  wasmtime_config_wasm_exceptions_set(configuration, true);
  return wasm_engine_new_with_config(configuration);
}

wasmtime_store_t *boundary_store(wasm_engine_t *engine) {
  wasmtime_store_t *store = wasmtime_store_new(engine, NULL, NULL);
  wasmtime_context_set_epoch_deadline(wasmtime_store_context(store), UINT64_MAX / 2);
  return store;
}

bool boundary_succeeded(wasmtime_error_t *error, wasm_trap_t *trap) {
  if (error) wasmtime_error_delete(error);
  if (trap) wasm_trap_delete(trap);
  return !error && !trap;
}

uint32_t boundary_insert(boundary_handles_t *handles, const void *resource) {
  uint32_t handle;
  if (handles->free_count) handle = handles->free[--handles->free_count];
  else if (handles->count + 1 < BOUNDARY_HANDLES) handle = ++handles->count;
  else return 0;
  handles->resources[handle] = resource;
  return handle;
}

bool boundary_remove(boundary_handles_t *handles, uint32_t handle) {
  if (handle >= BOUNDARY_HANDLES || !handles->resources[handle]) return false;
  handles->resources[handle] = NULL;
  handles->free[handles->free_count++] = handle;
  return true;
}
