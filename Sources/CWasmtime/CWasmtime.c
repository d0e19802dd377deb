#include "CWasmtime.h"

// Layouts of wasmtime 50.0.1, 64-bit. A mismatch here would corrupt memory at run time, so it must not compile.
_Static_assert(sizeof(void *) == 8, "64-bit targets only");
_Static_assert(sizeof(wasm_byte_vec_t) == 16, "wasm_byte_vec_t");
_Static_assert(sizeof(wasmtime_func_t) == 16, "wasmtime_func_t");
_Static_assert(sizeof(wasmtime_table_t) == 24 && offsetof(wasmtime_table_t, private2) == 16, "wasmtime_table_t");
_Static_assert(sizeof(wasmtime_memory_t) == 24 && offsetof(wasmtime_memory_t, private2) == 16, "wasmtime_memory_t");
_Static_assert(sizeof(wasmtime_global_t) == 24, "wasmtime_global_t");
_Static_assert(sizeof(wasmtime_instance_t) == 16, "wasmtime_instance_t");
_Static_assert(sizeof(wasmtime_extern_t) == 32 && offsetof(wasmtime_extern_t, of) == 8, "wasmtime_extern_t");
_Static_assert(sizeof(wasmtime_val_raw_t) == 16 && _Alignof(wasmtime_val_raw_t) == 8, "wasmtime_val_raw_t");
