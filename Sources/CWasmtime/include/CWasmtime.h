// The part of wasmtime 50.0.1's C API that Millrace uses: the core API, and of the component API only what validates (the component layer is our own).
// Names and layouts are wasmtime's; CWasmtime.c asserts every layout.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MILLRACE_WASMTIME_VERSION "50.0.1"

// --- vectors -------------------------------------------------------------------------------------------------------------
typedef struct { size_t size; char *_Nullable data; } wasm_byte_vec_t;
void wasm_byte_vec_delete(wasm_byte_vec_t *_Nonnull);

// --- configuration and engine ----------------------------------------------------------------------------------------------
typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
wasm_config_t *_Nonnull wasm_config_new(void);
void wasmtime_config_epoch_interruption_set(wasm_config_t *_Nonnull, bool);
void wasmtime_config_concurrency_support_set(wasm_config_t *_Nonnull, bool);
void wasmtime_config_parallel_compilation_set(wasm_config_t *_Nonnull, bool);
void wasmtime_config_wasm_memory64_set(wasm_config_t *_Nonnull, bool);
void wasmtime_config_wasm_exceptions_set(wasm_config_t *_Nonnull, bool);
void wasmtime_config_memory_may_move_set(wasm_config_t *_Nonnull, bool);
void wasmtime_config_max_wasm_stack_set(wasm_config_t *_Nonnull, size_t);
void wasmtime_config_cranelift_opt_level_set(wasm_config_t *_Nonnull, uint8_t);
void wasmtime_config_wasm_component_model_async_set(wasm_config_t *_Nonnull, bool);
void wasmtime_config_wasm_component_model_map_set(wasm_config_t *_Nonnull, bool);
void wasmtime_config_wasm_component_model_implements_set(wasm_config_t *_Nonnull, bool);
enum { WASMTIME_OPT_LEVEL_NONE = 0 };
void wasmtime_config_native_unwind_info_set(wasm_config_t *_Nonnull, bool);
wasm_engine_t *_Nullable wasm_engine_new_with_config(wasm_config_t *_Nonnull);
void wasm_engine_delete(wasm_engine_t *_Nonnull);
wasm_engine_t *_Nonnull wasmtime_engine_clone(const wasm_engine_t *_Nonnull);
void wasmtime_engine_increment_epoch(const wasm_engine_t *_Nonnull);

// --- errors and traps ------------------------------------------------------------------------------------------------------
typedef struct wasmtime_error wasmtime_error_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasm_frame_t wasm_frame_t;
typedef struct { size_t size; wasm_frame_t *_Nullable *_Nullable data; } wasm_frame_vec_t;
void wasmtime_error_delete(wasmtime_error_t *_Nonnull);
void wasmtime_error_message(const wasmtime_error_t *_Nonnull, wasm_byte_vec_t *_Nonnull);
wasm_trap_t *_Nonnull wasmtime_trap_new(const char *_Nonnull, size_t);
bool wasmtime_trap_code(const wasm_trap_t *_Nonnull, uint8_t *_Nonnull);
void wasm_trap_message(const wasm_trap_t *_Nonnull, wasm_byte_vec_t *_Nonnull);
void wasm_trap_trace(const wasm_trap_t *_Nonnull, wasm_frame_vec_t *_Nonnull);
void wasm_trap_delete(wasm_trap_t *_Nonnull);
void wasm_frame_vec_delete(wasm_frame_vec_t *_Nonnull);
uint32_t wasm_frame_func_index(const wasm_frame_t *_Nonnull);
const wasm_byte_vec_t *_Nullable wasmtime_frame_func_name(const wasm_frame_t *_Nonnull);

// --- types -----------------------------------------------------------------------------------------------------------------
typedef struct wasm_valtype_t wasm_valtype_t;
typedef struct wasm_functype_t wasm_functype_t;
typedef struct wasm_externtype_t wasm_externtype_t;
typedef struct wasm_importtype_t wasm_importtype_t;
typedef struct wasm_exporttype_t wasm_exporttype_t;
typedef struct { size_t size; wasm_valtype_t *_Nullable *_Nullable data; } wasm_valtype_vec_t;
typedef struct { size_t size; wasm_importtype_t *_Nullable *_Nullable data; } wasm_importtype_vec_t;
typedef struct { size_t size; wasm_exporttype_t *_Nullable *_Nullable data; } wasm_exporttype_vec_t;
wasm_valtype_t *_Nonnull wasm_valtype_new(uint8_t);
uint8_t wasm_valtype_kind(const wasm_valtype_t *_Nonnull);
void wasm_valtype_vec_new_uninitialized(wasm_valtype_vec_t *_Nonnull, size_t);
wasm_functype_t *_Nonnull wasm_functype_new(wasm_valtype_vec_t *_Nonnull, wasm_valtype_vec_t *_Nonnull);
void wasm_functype_delete(wasm_functype_t *_Nonnull);
const wasm_valtype_vec_t *_Nonnull wasm_functype_params(const wasm_functype_t *_Nonnull);
const wasm_valtype_vec_t *_Nonnull wasm_functype_results(const wasm_functype_t *_Nonnull);
uint8_t wasm_externtype_kind(const wasm_externtype_t *_Nonnull);
wasm_functype_t *_Nullable wasm_externtype_as_functype(wasm_externtype_t *_Nonnull);
const wasm_byte_vec_t *_Nonnull wasm_importtype_module(const wasm_importtype_t *_Nonnull);
const wasm_byte_vec_t *_Nonnull wasm_importtype_name(const wasm_importtype_t *_Nonnull);
const wasm_externtype_t *_Nonnull wasm_importtype_type(const wasm_importtype_t *_Nonnull);
const wasm_byte_vec_t *_Nonnull wasm_exporttype_name(const wasm_exporttype_t *_Nonnull);
const wasm_externtype_t *_Nonnull wasm_exporttype_type(const wasm_exporttype_t *_Nonnull);
void wasm_importtype_vec_delete(wasm_importtype_vec_t *_Nonnull);
void wasm_exporttype_vec_delete(wasm_exporttype_vec_t *_Nonnull);
enum { WASM_I32 = 0, WASM_I64 = 1, WASM_F32 = 2, WASM_F64 = 3 };

// --- modules ---------------------------------------------------------------------------------------------------------------
typedef struct wasmtime_module wasmtime_module_t;
wasmtime_error_t *_Nullable wasmtime_module_validate(wasm_engine_t *_Nonnull, const uint8_t *_Nullable, size_t);
wasmtime_error_t *_Nullable wasmtime_module_new(wasm_engine_t *_Nonnull, const uint8_t *_Nullable, size_t, wasmtime_module_t *_Nullable *_Nonnull);
wasmtime_error_t *_Nullable wasmtime_module_serialize(const wasmtime_module_t *_Nonnull, wasm_byte_vec_t *_Nonnull);
wasmtime_error_t *_Nullable wasmtime_module_deserialize_file(wasm_engine_t *_Nonnull, const char *_Nonnull, wasmtime_module_t *_Nullable *_Nonnull);
void wasmtime_module_imports(const wasmtime_module_t *_Nonnull, wasm_importtype_vec_t *_Nonnull);
void wasmtime_module_exports(const wasmtime_module_t *_Nonnull, wasm_exporttype_vec_t *_Nonnull);
void wasmtime_module_delete(wasmtime_module_t *_Nonnull);

// --- stores ----------------------------------------------------------------------------------------------------------------
typedef struct wasmtime_store wasmtime_store_t;
typedef struct wasmtime_context wasmtime_context_t;
wasmtime_store_t *_Nullable wasmtime_store_new(wasm_engine_t *_Nonnull, void *_Nullable, void (*_Nullable)(void *_Nullable));
wasmtime_context_t *_Nonnull wasmtime_store_context(wasmtime_store_t *_Nonnull);
void wasmtime_store_limiter(wasmtime_store_t *_Nonnull, int64_t memory_size, int64_t table_elements, int64_t instances, int64_t tables, int64_t memories);
void wasmtime_store_delete(wasmtime_store_t *_Nonnull);
void wasmtime_context_set_epoch_deadline(wasmtime_context_t *_Nonnull, uint64_t);

// --- instances and what they export ------------------------------------------------------------------------------------------
typedef struct wasmtime_func { uint64_t store_id; void *_Nullable private_; } wasmtime_func_t;
typedef struct wasmtime_table { struct { uint64_t store_id; uint32_t private1; } head; uint32_t private2; } wasmtime_table_t;
typedef struct wasmtime_memory { struct { uint64_t store_id; uint32_t private1; } head; uint32_t private2; } wasmtime_memory_t;
typedef struct wasmtime_global { uint64_t store_id; uint32_t private1, private2, private3; } wasmtime_global_t;
typedef struct wasmtime_instance { uint64_t store_id; size_t private_; } wasmtime_instance_t;
enum { WASMTIME_EXTERN_FUNC = 0, WASMTIME_EXTERN_GLOBAL = 1, WASMTIME_EXTERN_TABLE = 2, WASMTIME_EXTERN_MEMORY = 3 };
// A tag is passed on only; it is no larger than the other members.
#define WASMTIME_EXTERN_TAG 5
typedef union wasmtime_extern_union {
  wasmtime_func_t func;
  wasmtime_global_t global;
  wasmtime_table_t table;
  wasmtime_memory_t memory;
} wasmtime_extern_union_t;
typedef struct wasmtime_extern { uint8_t kind; wasmtime_extern_union_t of; } wasmtime_extern_t;
void wasmtime_extern_delete(wasmtime_extern_t *_Nonnull);
wasmtime_error_t *_Nullable wasmtime_instance_new(wasmtime_context_t *_Nonnull, const wasmtime_module_t *_Nonnull, const wasmtime_extern_t *_Nullable, size_t,
                                                  wasmtime_instance_t *_Nonnull, wasm_trap_t *_Nullable *_Nonnull);
bool wasmtime_instance_export_get(wasmtime_context_t *_Nonnull, const wasmtime_instance_t *_Nonnull, const char *_Nonnull, size_t, wasmtime_extern_t *_Nonnull);

// --- functions and memories --------------------------------------------------------------------------------------------------
typedef struct wasmtime_caller wasmtime_caller_t;
typedef union wasmtime_val_raw {
  int32_t i32;
  int64_t i64;
  float f32;
  double f64;
  _Alignas(8) uint8_t v128[16];
  void *_Nullable funcref;
} wasmtime_val_raw_t;
typedef wasm_trap_t *_Nullable (*wasmtime_func_unchecked_callback_t)(void *_Nullable env, wasmtime_caller_t *_Nullable,
                                                                     wasmtime_val_raw_t *_Nullable args_and_results, size_t count);
void wasmtime_func_new_unchecked(wasmtime_context_t *_Nonnull, const wasm_functype_t *_Nonnull, wasmtime_func_unchecked_callback_t _Nonnull,
                                 void *_Nullable env, void (*_Nullable finalizer)(void *_Nullable), wasmtime_func_t *_Nonnull);
wasmtime_error_t *_Nullable wasmtime_func_call_unchecked(wasmtime_context_t *_Nonnull, const wasmtime_func_t *_Nonnull, wasmtime_val_raw_t *_Nonnull, size_t,
                                                         wasm_trap_t *_Nullable *_Nonnull);
wasm_functype_t *_Nonnull wasmtime_func_type(const wasmtime_context_t *_Nonnull, const wasmtime_func_t *_Nonnull);
uint8_t *_Nullable wasmtime_memory_data(wasmtime_context_t *_Nonnull, const wasmtime_memory_t *_Nonnull);
size_t wasmtime_memory_data_size(const wasmtime_context_t *_Nonnull, const wasmtime_memory_t *_Nonnull);

// --- components (validation only) ----------------------------------------------------------------------------------------------
typedef struct wasmtime_component_t wasmtime_component_t;
wasmtime_error_t *_Nullable wasmtime_component_new(const wasm_engine_t *_Nonnull, const uint8_t *_Nullable, size_t, wasmtime_component_t *_Nullable *_Nonnull);
void wasmtime_component_delete(wasmtime_component_t *_Nonnull);

// --- text format (tests and tools) ---------------------------------------------------------------------------------------------
wasmtime_error_t *_Nullable wasmtime_wat2wasm(const char *_Nonnull, size_t, wasm_byte_vec_t *_Nonnull);
