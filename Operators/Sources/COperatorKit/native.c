#ifndef __wasm__
// Stand-ins for the host, so that operators run in native unit tests. Logs go to standard error and metrics nowhere;
// whatever would need a host says so and stops: give the operator bytes instead of buffers, and test around inference.
#include "COperatorKit.h"
#include <stdio.h>

static void missing(const char *function) {
  fprintf(stderr, "OperatorKit: %s needs a host; this is a native build for unit tests.\n", function);
  abort();
}

void host_log(uint32_t level, const uint8_t *context, size_t context_count, const uint8_t *message, size_t message_count) {
  static const char *const names[] = {"trace", "debug", "info", "warn", "error", "critical"};
  fprintf(stderr, "%s [%.*s] %.*s\n", level < 6 ? names[level] : "?", (int)context_count, context, (int)message_count, message);
}

#pragma clang diagnostic ignored "-Wunused-parameter"
void host_add_to_counter(const uint8_t *name, size_t name_count, uint32_t kind, uint64_t value,
                         uint32_t has_labels, const void *labels, size_t label_count, void *result) { *(uint8_t *)result = 0; }
void host_record_to_histogram(const uint8_t *name, size_t name_count, uint32_t kind, uint64_t value,
                              uint32_t has_labels, const void *labels, size_t label_count, void *result) { *(uint8_t *)result = 0; }

void host_buffer_read(uint32_t buffer, void *result) { missing("buffer.read"); }
void host_buffer_drop(uint32_t buffer) {}
void host_state_get(const void *key, size_t key_count, uint32_t has_timeout, uint64_t seconds, uint32_t nanoseconds, void *result) {
  missing("state-store get");
}
void host_state_set(const void *arguments, void *result) { missing("state-store set"); }
void host_state_del(const void *key, size_t key_count, uint32_t has_token, uint64_t token_seconds, uint32_t token_nanoseconds,
                    uint64_t token_counter, const void *token_node, size_t token_node_count,
                    uint32_t has_timeout, uint64_t seconds, uint32_t nanoseconds, void *result) { missing("state-store del"); }
void host_state_vdel(const void *key, size_t key_count, const void *value, size_t value_count, uint32_t has_token, uint64_t token_seconds,
                     uint32_t token_nanoseconds, uint64_t token_counter, const void *token_node, size_t token_node_count,
                     uint32_t has_timeout, uint64_t seconds, uint32_t nanoseconds, void *result) { missing("state-store vdel"); }
void host_nn_load(const void *builders, size_t count, uint32_t encoding, uint32_t target, void *result) { missing("wasi-nn load"); }
void host_nn_load_by_name(const uint8_t *name, size_t count, void *result) { missing("wasi-nn load-by-name"); }
void host_nn_init_execution_context(uint32_t graph, void *result) { missing("wasi-nn init-execution-context"); }
void host_nn_graph_drop(uint32_t graph) {}
void host_nn_compute(uint32_t context, const void *inputs, size_t count, void *result) { missing("wasi-nn compute"); }
void host_nn_context_drop(uint32_t context) {}
uint32_t host_nn_tensor(const uint32_t *dimensions, size_t rank, uint32_t type, const void *data, size_t count) {
  missing("wasi-nn tensor");
  return 0;
}
void host_nn_tensor_dimensions(uint32_t tensor, void *result) { missing("wasi-nn tensor.dimensions"); }
uint32_t host_nn_tensor_type(uint32_t tensor) {
  missing("wasi-nn tensor.ty");
  return 0;
}
void host_nn_tensor_data(uint32_t tensor, void *result) { missing("wasi-nn tensor.data"); }
void host_nn_tensor_drop(uint32_t tensor) {}
uint32_t host_nn_error_code(uint32_t error) {
  missing("wasi-nn error.code");
  return 0;
}
void host_nn_error_data(uint32_t error, void *result) { missing("wasi-nn error.data"); }
void host_nn_error_drop(uint32_t error) {}
#endif
