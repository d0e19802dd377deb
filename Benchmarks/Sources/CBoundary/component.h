// The part of wasmtime 50.0.1's component API that the comparison uses; names and layouts are wasmtime's.
#pragma once
#include "CWasmtime.h"

void wasm_byte_vec_new(wasm_byte_vec_t *, size_t, const char *);

typedef struct wasmtime_component_linker_t wasmtime_component_linker_t;
typedef struct wasmtime_component_linker_instance_t wasmtime_component_linker_instance_t;
typedef struct wasmtime_component_instance { uint64_t store_id; uint32_t private1; } wasmtime_component_instance_t;
typedef struct wasmtime_component_export_index_t wasmtime_component_export_index_t;
// 32 bytes in 50.0.1; the headers of 49.0.0-dev have 24.
typedef struct wasmtime_component_func { struct { uint64_t store_id; uint32_t private1; } head; uint32_t private2; void *private3; } wasmtime_component_func_t;
typedef struct wasmtime_component_resource_type wasmtime_component_resource_type_t;
typedef struct wasmtime_component_resource_any wasmtime_component_resource_any_t;
typedef struct wasmtime_component_resource_host wasmtime_component_resource_host_t;

enum { COMPONENT_BOOL = 0, COMPONENT_U8 = 2, COMPONENT_U32 = 6, COMPONENT_U64 = 8, COMPONENT_STRING = 12, COMPONENT_LIST = 13, COMPONENT_RECORD = 14,
       COMPONENT_TUPLE = 15, COMPONENT_VARIANT = 16, COMPONENT_OPTION = 18, COMPONENT_RESULT = 19, COMPONENT_RESOURCE = 21 };

typedef struct wasmtime_component_val wasmtime_component_val_t;
typedef struct wasmtime_component_valrecord_entry wasmtime_component_valrecord_entry_t;
typedef struct { size_t size; wasmtime_component_val_t *data; } wasmtime_component_vallist_t;
typedef struct { size_t size; wasmtime_component_valrecord_entry_t *data; } wasmtime_component_valrecord_t;
struct wasmtime_component_val {
  uint8_t kind;
  union {
    bool boolean;
    uint8_t u8;
    uint32_t u32;
    uint64_t u64;
    wasm_byte_vec_t string;
    wasmtime_component_vallist_t list;
    wasmtime_component_valrecord_t record;
    struct { wasm_byte_vec_t discriminant; wasmtime_component_val_t *val; } variant;
    wasmtime_component_val_t *option;
    struct { bool is_ok; wasmtime_component_val_t *val; } result;
    wasmtime_component_resource_any_t *resource;
  } of;
};
struct wasmtime_component_valrecord_entry { wasm_byte_vec_t name; wasmtime_component_val_t val; };
_Static_assert(sizeof(wasmtime_component_func_t) == 32, "wasmtime_component_func_t");
_Static_assert(sizeof(wasmtime_component_val_t) == 32, "wasmtime_component_val_t");
_Static_assert(sizeof(wasmtime_component_valrecord_entry_t) == 48, "wasmtime_component_valrecord_entry_t");

wasmtime_component_val_t *wasmtime_component_val_new(wasmtime_component_val_t *);
void wasmtime_component_val_delete(wasmtime_component_val_t *);
void wasmtime_component_vallist_new_uninit(wasmtime_component_vallist_t *, size_t);
void wasmtime_component_valrecord_new_uninit(wasmtime_component_valrecord_t *, size_t);

wasmtime_component_linker_t *wasmtime_component_linker_new(const wasm_engine_t *);
void wasmtime_component_linker_delete(wasmtime_component_linker_t *);
wasmtime_component_linker_instance_t *wasmtime_component_linker_root(wasmtime_component_linker_t *);
wasmtime_error_t *wasmtime_component_linker_instance_add_instance(wasmtime_component_linker_instance_t *, const char *, size_t,
                                                                  wasmtime_component_linker_instance_t **);
wasmtime_error_t *wasmtime_component_linker_instance_add_resource(wasmtime_component_linker_instance_t *, const char *, size_t,
                                                                  const wasmtime_component_resource_type_t *,
                                                                  wasmtime_error_t *(*)(void *, wasmtime_context_t *, uint32_t), void *, void (*)(void *));
void wasmtime_component_linker_instance_delete(wasmtime_component_linker_instance_t *);
wasmtime_error_t *wasmtime_component_linker_instantiate(const wasmtime_component_linker_t *, wasmtime_context_t *, const wasmtime_component_t *,
                                                        wasmtime_component_instance_t *);
wasmtime_component_export_index_t *wasmtime_component_instance_get_export_index(const wasmtime_component_instance_t *, wasmtime_context_t *,
                                                                                const wasmtime_component_export_index_t *, const char *, size_t);
void wasmtime_component_export_index_delete(wasmtime_component_export_index_t *);
bool wasmtime_component_instance_get_func(const wasmtime_component_instance_t *, wasmtime_context_t *, const wasmtime_component_export_index_t *,
                                          wasmtime_component_func_t *);
wasmtime_error_t *wasmtime_component_func_call(const wasmtime_component_func_t *, wasmtime_context_t *, const wasmtime_component_val_t *, size_t,
                                               wasmtime_component_val_t *, size_t);

wasmtime_component_resource_type_t *wasmtime_component_resource_type_new_host(uint32_t);
void wasmtime_component_resource_type_delete(wasmtime_component_resource_type_t *);
wasmtime_component_resource_host_t *wasmtime_component_resource_host_new(bool owned, uint32_t rep, uint32_t type);
void wasmtime_component_resource_host_delete(wasmtime_component_resource_host_t *);
wasmtime_error_t *wasmtime_component_resource_host_to_any(wasmtime_context_t *, const wasmtime_component_resource_host_t *, wasmtime_component_resource_any_t **);
