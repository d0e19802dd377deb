#include <stdlib.h>
#include <string.h>
#include "guest.h"

struct boundary_core {
  wasm_engine_t *engine;
  wasmtime_store_t *store;
  wasmtime_context_t *context;
  wasmtime_module_t *module;
  wasmtime_func_t function, realloc;
  wasmtime_memory_t memory;
  // The memory after the latest call of guest code, which may move it.
  uint8_t *base;
  size_t size;
  boundary_handles_t handles;
};

static wasm_trap_t *drop_buffer(void *guest, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count) {
  return boundary_remove(&((boundary_core_t *)guest)->handles, (uint32_t)values[0].i32) ? NULL : wasmtime_trap_new("handle", 6);
}

static bool export(boundary_core_t *guest, const wasmtime_instance_t *instance, const char *name, wasmtime_extern_t *item) {
  return wasmtime_instance_export_get(guest->context, instance, name, strlen(name), item);
}

static bool instantiate(boundary_core_t *guest, const uint8_t *module, size_t size, const char *function) {
  if (!boundary_succeeded(wasmtime_module_new(guest->engine, module, size, &guest->module), NULL)) return false;
  wasm_importtype_vec_t imports;
  wasmtime_module_imports(guest->module, &imports);
  size_t import_count = imports.size;
  wasm_importtype_vec_delete(&imports);
  // The only import that a guest here has is the one to drop its buffers.
  wasm_valtype_vec_t parameters, results;
  wasm_valtype_vec_new_uninitialized(&parameters, 1);
  wasm_valtype_vec_new_uninitialized(&results, 0);
  parameters.data[0] = wasm_valtype_new(WASM_I32);
  wasm_functype_t *type = wasm_functype_new(&parameters, &results);
  wasmtime_extern_t import = { .kind = WASMTIME_EXTERN_FUNC };
  wasmtime_func_new_unchecked(guest->context, type, drop_buffer, guest, NULL, &import.of.func);
  wasm_functype_delete(type);
  wasmtime_instance_t instance;
  wasm_trap_t *trap = NULL;
  if (import_count > 1 || !boundary_succeeded(wasmtime_instance_new(guest->context, guest->module, &import, import_count, &instance, &trap), trap)) return false;
  wasmtime_extern_t item;
  if (!export(guest, &instance, function, &item)) return false;
  guest->function = item.of.func;
  if (!export(guest, &instance, "cabi_realloc", &item)) return false;
  guest->realloc = item.of.func;
  if (!export(guest, &instance, "memory", &item)) return false;
  guest->memory = item.of.memory;
  return true;
}

boundary_core_t *boundary_core_new(const uint8_t *module, size_t module_size, const char *function) {
  boundary_core_t *guest = calloc(1, sizeof *guest);
  guest->engine = boundary_engine();
  guest->store = boundary_store(guest->engine);
  guest->context = wasmtime_store_context(guest->store);
  if (instantiate(guest, module, module_size, function)) return guest;
  boundary_core_delete(guest);
  return NULL;
}

void boundary_core_delete(boundary_core_t *guest) {
  wasmtime_store_delete(guest->store);
  if (guest->module) wasmtime_module_delete(guest->module);
  wasm_engine_delete(guest->engine);
  free(guest);
}

// --- calls -------------------------------------------------------------------------------------------------------------------

static inline bool call(boundary_core_t *guest, const wasmtime_func_t *function, wasmtime_val_raw_t *values, size_t count) {
  wasm_trap_t *trap = NULL;
  wasmtime_error_t *error = wasmtime_func_call_unchecked(guest->context, function, values, count, &trap);
  return (!error && !trap) || boundary_succeeded(error, trap);
}

static inline void fetch_memory(boundary_core_t *guest) {
  guest->base = wasmtime_memory_data(guest->context, &guest->memory);
  guest->size = wasmtime_memory_data_size(guest->context, &guest->memory);
}

static inline bool contains(const boundary_core_t *guest, uint32_t address, size_t size, uint32_t alignment) {
  return (address & (alignment - 1)) == 0 && address <= guest->size && size <= guest->size - address;
}

static inline bool allocate(boundary_core_t *guest, size_t size, uint32_t alignment, uint32_t *address) {
  wasmtime_val_raw_t values[4] = { { .i32 = 0 }, { .i32 = 0 }, { .i32 = (int32_t)alignment }, { .i32 = (int32_t)size } };
  if (!call(guest, &guest->realloc, values, 4)) return false;
  fetch_memory(guest);
  *address = (uint32_t)values[0].i32;
  return contains(guest, *address, size, alignment);
}

static inline bool copy(boundary_core_t *guest, const void *bytes, size_t size, uint32_t *address) {
  if (!allocate(guest, size, 1, address)) return false;
  memcpy(guest->base + *address, bytes, size);
  return true;
}

static inline void store32(boundary_core_t *guest, uint32_t address, uint32_t value) { memcpy(guest->base + address, &value, 4); }
static inline void store64(boundary_core_t *guest, uint32_t address, uint64_t value) { memcpy(guest->base + address, &value, 8); }
static inline uint32_t load32(const boundary_core_t *guest, uint32_t address) {
  uint32_t value;
  memcpy(&value, guest->base + address, 4);
  return value;
}

bool boundary_core_nothing(boundary_core_t *guest, size_t count) {
  for (; count; count--) {
    wasmtime_val_raw_t value = { .i32 = 0 };
    if (!call(guest, &guest->function, &value, 1)) return false;
  }
  return true;
}

bool boundary_core_take(boundary_core_t *guest, const uint8_t *bytes, size_t size, size_t count) {
  for (; count; count--) {
    uint32_t address;
    if (!copy(guest, bytes, size, &address)) return false;
    wasmtime_val_raw_t values[2] = { { .i32 = (int32_t)address }, { .i32 = (int32_t)size } };
    if (!call(guest, &guest->function, values, 2)) return false;
  }
  return true;
}

bool boundary_core_give(boundary_core_t *guest, uint8_t *bytes, size_t size, size_t count) {
  for (; count; count--) {
    wasmtime_val_raw_t value = { .i32 = (int32_t)size };
    if (!call(guest, &guest->function, &value, 1)) return false;
    fetch_memory(guest);
    uint32_t result = (uint32_t)value.i32;
    if (!contains(guest, result, 8, 4)) return false;
    uint32_t address = load32(guest, result), length = load32(guest, result + 4);
    if (length != size || !contains(guest, address, length, 1)) return false;
    memcpy(bytes, guest->base + address, length);
  }
  return true;
}

// --- wasm-graph:processor/filter -------------------------------------------------------------------------------------------------

// A text, or the string case of a buffer-or-string, at `address`.
static inline bool put_text(boundary_core_t *guest, uint32_t address, const boundary_text_t *text) {
  uint32_t copied;
  if (!copy(guest, text->data, text->count, &copied)) return false;
  store32(guest, address, 1);
  store32(guest, address + 4, copied);
  store32(guest, address + 8, (uint32_t)text->count);
  return true;
}

// data-model: the case, and at 8 the message with its timestamp at 0, topic at 40, content-type at 52, payload at 68, properties at 80, schema at 88.
static inline bool put_message(boundary_core_t *guest, const boundary_message_t *message, uint32_t *address) {
  if (!allocate(guest, 128, 8, address)) return false;
  uint32_t record = *address + 8, list;
  store32(guest, *address, 1);
  store64(guest, record, message->seconds);
  store32(guest, record + 8, message->nanoseconds);
  store64(guest, record + 16, message->counter);
  if (!put_text(guest, record + 24, &message->node) || !put_text(guest, record + 40, &message->topic)) return false;
  store32(guest, record + 52, 1);
  if (!put_text(guest, record + 56, &message->content_type)) return false;
  uint32_t handle = boundary_insert(&guest->handles, message);
  if (!handle) return false;
  store32(guest, record + 68, 0);
  store32(guest, record + 72, handle);
  if (!allocate(guest, 3 * 24, 4, &list)) return false;
  for (uint32_t index = 0; index < 3; index++) {
    uint32_t entry = list + 24 * index;
    if (!put_text(guest, entry, &message->properties[index][0]) || !put_text(guest, entry + 12, &message->properties[index][1])) return false;
  }
  store32(guest, record + 80, list);
  store32(guest, record + 84, 3);
  store32(guest, record + 88, 1);
  store32(guest, record + 92, 0);
  return put_text(guest, record + 96, &message->schema);
}

bool boundary_core_filter(boundary_core_t *guest, const boundary_message_t *message, size_t count) {
  for (; count; count--) {
    uint32_t address;
    if (!put_message(guest, message, &address)) return false;
    wasmtime_val_raw_t value = { .i32 = (int32_t)address };
    if (!call(guest, &guest->function, &value, 1)) return false;
    fetch_memory(guest);
    // result<bool, error>: only ok(true) is wanted.
    uint32_t result = (uint32_t)value.i32;
    if (!contains(guest, result, 12, 4) || guest->base[result] != 0 || guest->base[result + 4] == 0) return false;
  }
  return true;
}
