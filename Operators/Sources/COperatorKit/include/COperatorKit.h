/// The functions of the host as the canonical ABI flattens them (wasm32), and the C runtime beneath the Swift one.
///
/// Only what an operator calls becomes an import of its module. A pointer named `result` is where the host stores a result that does
/// not fit a register; the layouts are in OperatorKit.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#include "../sysinclude/stdlib.h"
#define HOST(module, name) __attribute__((import_module(module), import_name(name)))
#else
#include <stdlib.h>
#define HOST(module, name)
#endif

// ---- wasm-graph:processor@1.1.0 --------------------------------------------

#define LOGGER(name) HOST("wasm-graph:processor/logger@1.1.0", name)
LOGGER("log")
void host_log(uint32_t level, const uint8_t *context, size_t context_count, const uint8_t *message, size_t message_count);

#define TYPES(name) HOST("wasm-graph:processor/types@1.1.0", name)
TYPES("[method]buffer.read")
void host_buffer_read(uint32_t buffer, void *result);
TYPES("[resource-drop]buffer")
void host_buffer_drop(uint32_t buffer);

#define METRICS(name) HOST("wasm-graph:processor/metrics@1.1.0", name)
METRICS("add-to-counter")
void host_add_to_counter(const uint8_t *name, size_t name_count, uint32_t kind, uint64_t value,
                         uint32_t has_labels, const void *labels, size_t label_count, void *result);
/// A histogram's value is an f64 (kind 0) or a u64 (kind 1): joined in one 64-bit parameter.
METRICS("record-to-histogram")
void host_record_to_histogram(const uint8_t *name, size_t name_count, uint32_t kind, uint64_t value,
                              uint32_t has_labels, const void *labels, size_t label_count, void *result);

#define STATE_STORE(name) HOST("wasm-graph:processor/state-store@1.1.0", name)
STATE_STORE("get")
void host_state_get(const void *key, size_t key_count, uint32_t has_timeout, uint64_t seconds, uint32_t nanoseconds, void *result);
/// More than sixteen flat parameters: they are passed in memory.
STATE_STORE("set")
void host_state_set(const void *arguments, void *result);
STATE_STORE("del")
void host_state_del(const void *key, size_t key_count,
                    uint32_t has_token, uint64_t token_seconds, uint32_t token_nanoseconds, uint64_t token_counter,
                    const void *token_node, size_t token_node_count,
                    uint32_t has_timeout, uint64_t seconds, uint32_t nanoseconds, void *result);
STATE_STORE("vdel")
void host_state_vdel(const void *key, size_t key_count, const void *value, size_t value_count,
                     uint32_t has_token, uint64_t token_seconds, uint32_t token_nanoseconds, uint64_t token_counter,
                     const void *token_node, size_t token_node_count,
                     uint32_t has_timeout, uint64_t seconds, uint32_t nanoseconds, void *result);

// ---- wasi:clocks@0.2.0 -----------------------------------------------------

HOST("wasi:clocks/wall-clock@0.2.0", "now")
void host_now(void *result);

// ---- wasi:nn@0.2.0-rc-2024-10-28 -------------------------------------------

#define NN_GRAPH(name) HOST("wasi:nn/graph@0.2.0-rc-2024-10-28", name)
NN_GRAPH("load")
void host_nn_load(const void *builders, size_t count, uint32_t encoding, uint32_t target, void *result);
NN_GRAPH("load-by-name")
void host_nn_load_by_name(const uint8_t *name, size_t count, void *result);
NN_GRAPH("[method]graph.init-execution-context")
void host_nn_init_execution_context(uint32_t graph, void *result);
NN_GRAPH("[resource-drop]graph")
void host_nn_graph_drop(uint32_t graph);

#define NN_INFERENCE(name) HOST("wasi:nn/inference@0.2.0-rc-2024-10-28", name)
NN_INFERENCE("[method]graph-execution-context.compute")
void host_nn_compute(uint32_t context, const void *inputs, size_t count, void *result);
NN_INFERENCE("[resource-drop]graph-execution-context")
void host_nn_context_drop(uint32_t context);

#define NN_TENSOR(name) HOST("wasi:nn/tensor@0.2.0-rc-2024-10-28", name)
NN_TENSOR("[constructor]tensor")
uint32_t host_nn_tensor(const uint32_t *dimensions, size_t rank, uint32_t type, const void *data, size_t count);
NN_TENSOR("[method]tensor.dimensions")
void host_nn_tensor_dimensions(uint32_t tensor, void *result);
NN_TENSOR("[method]tensor.ty")
uint32_t host_nn_tensor_type(uint32_t tensor);
NN_TENSOR("[method]tensor.data")
void host_nn_tensor_data(uint32_t tensor, void *result);
NN_TENSOR("[resource-drop]tensor")
void host_nn_tensor_drop(uint32_t tensor);

#define NN_ERRORS(name) HOST("wasi:nn/errors@0.2.0-rc-2024-10-28", name)
NN_ERRORS("[method]error.code")
uint32_t host_nn_error_code(uint32_t error);
NN_ERRORS("[method]error.data")
void host_nn_error_data(uint32_t error, void *result);
NN_ERRORS("[resource-drop]error")
void host_nn_error_drop(uint32_t error);

#undef HOST

// ---- Text ------------------------------------------------------------------

typedef uint64_t UnalignedWord __attribute__((aligned(1), may_alias));
typedef uint32_t UnalignedHalf __attribute__((aligned(1), may_alias));

/// Whether `n` bytes are the same. With a constant `n` this becomes a few comparisons.
static inline bool operator_kit_is_same(const uint8_t *a, const uint8_t *b, size_t n) {
  if (n < 4) return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
  if (n < 8) return *(const UnalignedHalf *)a == *(const UnalignedHalf *)b && *(const UnalignedHalf *)(a + n - 4) == *(const UnalignedHalf *)(b + n - 4);
  for (size_t i = 0; i + 8 < n; i += 8) {
    if (*(const UnalignedWord *)(a + i) != *(const UnalignedWord *)(b + i)) return false;
  }
  return *(const UnalignedWord *)(a + n - 8) == *(const UnalignedWord *)(b + n - 8);
}

/// How many bytes come before the first quote, backslash or control character. Clears `is_ascii` if one of them is not ASCII.
size_t operator_kit_plain_run(const uint8_t *text, size_t count, bool *is_ascii);

// ---- Decimal numbers ------------------------------------------------------

/// The nearest double or float to a decimal number such as "-12.5e3", "inf" or "nan"; ties go to the even one.
/// Returns where the number ends, or null when there is none.
const char *operator_kit_parse_double(const char *text, double *value);
const char *operator_kit_parse_float(const char *text, float *value);
/// The double nearest to significand × 10^exponent, or false if that takes more than a few multiplications to tell.
bool operator_kit_scale(uint64_t significand, int exponent, double *value);

/// Writes the shortest text that reads back as the same finite number, as Rust's serde_json does: with a point or an exponent
/// (12.0, 0.0001, 1e-5, 1e16). At most 25 bytes; returns how many.
size_t operator_kit_write_double(double value, uint8_t *out);
size_t operator_kit_write_float(float value, uint8_t *out);
/// The same without an exponent, and without a point if it is whole, as Rust's `Display` does. At most 328 bytes.
size_t operator_kit_write_plain_double(double value, uint8_t *out);
/// At most 20 bytes.
size_t operator_kit_write_integer(int64_t value, uint8_t *out);
size_t operator_kit_write_unsigned(uint64_t value, uint8_t *out);
