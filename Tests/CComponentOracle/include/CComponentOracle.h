// The part of wasmtime 50.0.1's component API that the oracle of the tests uses. Names and layouts are wasmtime's; CComponentOracle.c asserts every layout.
#pragma once
#include <CWasmtime.h>

// --- values ----------------------------------------------------------------------------------------------------------------
enum {
  WASMTIME_COMPONENT_BOOL = 0,
  WASMTIME_COMPONENT_S8 = 1,
  WASMTIME_COMPONENT_U8 = 2,
  WASMTIME_COMPONENT_S16 = 3,
  WASMTIME_COMPONENT_U16 = 4,
  WASMTIME_COMPONENT_S32 = 5,
  WASMTIME_COMPONENT_U32 = 6,
  WASMTIME_COMPONENT_S64 = 7,
  WASMTIME_COMPONENT_U64 = 8,
  WASMTIME_COMPONENT_F32 = 9,
  WASMTIME_COMPONENT_F64 = 10,
  WASMTIME_COMPONENT_CHAR = 11,
  WASMTIME_COMPONENT_STRING = 12,
  WASMTIME_COMPONENT_LIST = 13,
  WASMTIME_COMPONENT_RECORD = 14,
  WASMTIME_COMPONENT_TUPLE = 15,
  WASMTIME_COMPONENT_VARIANT = 16,
  WASMTIME_COMPONENT_ENUM = 17,
  WASMTIME_COMPONENT_OPTION = 18,
  WASMTIME_COMPONENT_RESULT = 19,
  WASMTIME_COMPONENT_FLAGS = 20,
  WASMTIME_COMPONENT_MAP = 22,
};
struct wasmtime_component_val;
struct wasmtime_component_valrecord_entry;
struct wasmtime_component_valmap_entry;
typedef struct { size_t size; struct wasmtime_component_val *_Nullable data; } wasmtime_component_vallist_t;
typedef struct { size_t size; struct wasmtime_component_valrecord_entry *_Nullable data; } wasmtime_component_valrecord_t;
typedef struct { size_t size; struct wasmtime_component_valmap_entry *_Nullable data; } wasmtime_component_valmap_t;
typedef struct { size_t size; wasm_byte_vec_t *_Nullable data; } wasmtime_component_valflags_t;
typedef struct { wasm_byte_vec_t discriminant; struct wasmtime_component_val *_Nullable val; } wasmtime_component_valvariant_t;
typedef struct { bool is_ok; struct wasmtime_component_val *_Nullable val; } wasmtime_component_valresult_t;
typedef union {
  bool boolean;
  int8_t s8;
  uint8_t u8;
  int16_t s16;
  uint16_t u16;
  int32_t s32;
  uint32_t u32;
  int64_t s64;
  uint64_t u64;
  float f32;
  double f64;
  uint32_t character;
  wasm_byte_vec_t string;
  /// Of a list or a tuple.
  wasmtime_component_vallist_t list;
  wasmtime_component_valrecord_t record;
  wasmtime_component_valvariant_t variant;
  wasm_byte_vec_t enumeration;
  struct wasmtime_component_val *_Nullable option;
  wasmtime_component_valresult_t result;
  wasmtime_component_valflags_t flags;
  wasmtime_component_valmap_t map;
} wasmtime_component_valunion_t;
typedef struct wasmtime_component_val { uint8_t kind; wasmtime_component_valunion_t of; } wasmtime_component_val_t;
typedef struct wasmtime_component_valrecord_entry { wasm_byte_vec_t name; wasmtime_component_val_t val; } wasmtime_component_valrecord_entry_t;
typedef struct wasmtime_component_valmap_entry { wasmtime_component_val_t key, value; } wasmtime_component_valmap_entry_t;
void wasm_byte_vec_new(wasm_byte_vec_t *_Nonnull, size_t, const char *_Nullable);
// The elements of these three are to be written before anything else.
void wasmtime_component_vallist_new_uninit(wasmtime_component_vallist_t *_Nonnull, size_t);
void wasmtime_component_valrecord_new_uninit(wasmtime_component_valrecord_t *_Nonnull, size_t);
void wasmtime_component_valmap_new_uninit(wasmtime_component_valmap_t *_Nonnull, size_t);
void wasmtime_component_valflags_new_uninit(wasmtime_component_valflags_t *_Nonnull, size_t);
/// Moves a value to the heap.
wasmtime_component_val_t *_Nonnull wasmtime_component_val_new(wasmtime_component_val_t *_Nonnull);
void wasmtime_component_val_delete(wasmtime_component_val_t *_Nonnull);

// --- instances and functions -------------------------------------------------------------------------------------------------
typedef struct wasmtime_component_linker_t wasmtime_component_linker_t;
typedef struct wasmtime_component_export_index_t wasmtime_component_export_index_t;
typedef struct wasmtime_component_instance { uint64_t store_id; uint32_t private_; } wasmtime_component_instance_t;
typedef struct wasmtime_component_func {
  struct { uint64_t store_id; uint32_t private1; } head;
  uint32_t private2;
  void *_Nullable private3;
} wasmtime_component_func_t;
wasmtime_component_linker_t *_Nonnull wasmtime_component_linker_new(const wasm_engine_t *_Nonnull);
wasmtime_error_t *_Nullable wasmtime_component_linker_instantiate(const wasmtime_component_linker_t *_Nonnull, wasmtime_context_t *_Nonnull,
                                                                  const wasmtime_component_t *_Nonnull, wasmtime_component_instance_t *_Nonnull);
void wasmtime_component_linker_delete(wasmtime_component_linker_t *_Nonnull);
wasmtime_component_export_index_t *_Nullable wasmtime_component_instance_get_export_index(
    const wasmtime_component_instance_t *_Nonnull, wasmtime_context_t *_Nonnull, const wasmtime_component_export_index_t *_Nullable, const char *_Nonnull, size_t);
void wasmtime_component_export_index_delete(wasmtime_component_export_index_t *_Nonnull);
bool wasmtime_component_instance_get_func(const wasmtime_component_instance_t *_Nonnull, wasmtime_context_t *_Nonnull,
                                          const wasmtime_component_export_index_t *_Nonnull, wasmtime_component_func_t *_Nonnull);
/// The results must be zeroed: wasmtime drops what it overwrites.
wasmtime_error_t *_Nullable wasmtime_component_func_call(const wasmtime_component_func_t *_Nonnull, wasmtime_context_t *_Nonnull,
                                                         const wasmtime_component_val_t *_Nullable args, size_t, wasmtime_component_val_t *_Nullable results, size_t);
