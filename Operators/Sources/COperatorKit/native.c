#ifndef __wasm__
// What native unit tests have no stand-in for says so and stops: test around inference. (TestHost.swift stands in for the rest.)
#include "COperatorKit.h"
#include <stdio.h>

static void missing(const char *function) {
  fprintf(stderr, "OperatorKit: %s needs a host; this is a native build for unit tests.\n", function);
  abort();
}

#pragma clang diagnostic ignored "-Wunused-parameter"
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
