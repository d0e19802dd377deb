#include "CComponentOracle.h"

_Static_assert(sizeof(wasmtime_component_valunion_t) == 24, "wasmtime_component_valunion_t");
_Static_assert(sizeof(wasmtime_component_val_t) == 32 && offsetof(wasmtime_component_val_t, of) == 8, "wasmtime_component_val_t");
_Static_assert(sizeof(wasmtime_component_valrecord_entry_t) == 48, "wasmtime_component_valrecord_entry_t");
_Static_assert(sizeof(wasmtime_component_valmap_entry_t) == 64, "wasmtime_component_valmap_entry_t");
_Static_assert(sizeof(wasmtime_component_valvariant_t) == 24, "wasmtime_component_valvariant_t");
_Static_assert(sizeof(wasmtime_component_instance_t) == 16, "wasmtime_component_instance_t");
_Static_assert(sizeof(wasmtime_component_func_t) == 32 && offsetof(wasmtime_component_func_t, private3) == 24, "wasmtime_component_func_t");
