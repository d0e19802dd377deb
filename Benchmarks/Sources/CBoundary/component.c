#include <stdlib.h>
#include <string.h>
#include "component.h"
#include "guest.h"

struct boundary_component {
  wasm_engine_t *engine;
  wasmtime_store_t *store;
  wasmtime_context_t *context;
  wasmtime_component_t *component;
  wasmtime_component_func_t function;
  boundary_handles_t handles;
};

enum { BUFFER_TYPE = 1 };

static wasmtime_error_t *drop_buffer(void *guest, wasmtime_context_t *context, uint32_t handle) {
  boundary_remove(&((boundary_component_t *)guest)->handles, handle);
  return NULL;
}

// Components here import no more than the resource type `buffer`.
static bool provide_buffer(boundary_component_t *guest, wasmtime_component_linker_t *linker) {
  const char *name = "wasm-graph:processor/types@1.1.0";
  wasmtime_component_linker_instance_t *root = wasmtime_component_linker_root(linker), *types = NULL;
  wasmtime_component_resource_type_t *buffer = wasmtime_component_resource_type_new_host(BUFFER_TYPE);
  bool done = boundary_succeeded(wasmtime_component_linker_instance_add_instance(root, name, strlen(name), &types), NULL)
    && boundary_succeeded(wasmtime_component_linker_instance_add_resource(types, "buffer", 6, buffer, drop_buffer, guest, NULL), NULL);
  if (types) wasmtime_component_linker_instance_delete(types);
  wasmtime_component_linker_instance_delete(root);
  wasmtime_component_resource_type_delete(buffer);
  return done;
}

static bool instantiate(boundary_component_t *guest, const char *interface, const char *function) {
  wasmtime_component_linker_t *linker = wasmtime_component_linker_new(guest->engine);
  wasmtime_component_instance_t instance;
  bool done = provide_buffer(guest, linker)
    && boundary_succeeded(wasmtime_component_linker_instantiate(linker, guest->context, guest->component, &instance), NULL);
  wasmtime_component_linker_delete(linker);
  if (!done) return false;
  wasmtime_component_export_index_t *outer = wasmtime_component_instance_get_export_index(&instance, guest->context, NULL, interface, strlen(interface));
  if (!outer) return false;
  wasmtime_component_export_index_t *inner = wasmtime_component_instance_get_export_index(&instance, guest->context, outer, function, strlen(function));
  bool found = inner && wasmtime_component_instance_get_func(&instance, guest->context, inner, &guest->function);
  wasmtime_component_export_index_delete(outer);
  if (inner) wasmtime_component_export_index_delete(inner);
  return found;
}

boundary_component_t *boundary_component_new(const uint8_t *component, size_t component_size, const char *interface, const char *function) {
  boundary_component_t *guest = calloc(1, sizeof *guest);
  guest->engine = boundary_engine();
  guest->store = boundary_store(guest->engine);
  guest->context = wasmtime_store_context(guest->store);
  if (boundary_succeeded(wasmtime_component_new(guest->engine, component, component_size, &guest->component), NULL)
      && instantiate(guest, interface, function)) return guest;
  boundary_component_delete(guest);
  return NULL;
}

void boundary_component_delete(boundary_component_t *guest) {
  wasmtime_store_delete(guest->store);
  if (guest->component) wasmtime_component_delete(guest->component);
  wasm_engine_delete(guest->engine);
  free(guest);
}

// --- values ------------------------------------------------------------------------------------------------------------------

static wasm_byte_vec_t name(const char *text, size_t count) {
  wasm_byte_vec_t name;
  wasm_byte_vec_new(&name, count, text);
  return name;
}

static wasmtime_component_val_t list(uint8_t kind, size_t count) {
  wasmtime_component_val_t val = { .kind = kind };
  wasmtime_component_vallist_new_uninit(&val.of.list, count);
  return val;
}

static wasmtime_component_val_t bytes(const void *data, size_t count) {
  wasmtime_component_val_t val = list(COMPONENT_LIST, count);
  for (size_t index = 0; index < count; index++) val.of.list.data[index] = (wasmtime_component_val_t){ .kind = COMPONENT_U8, .of.u8 = ((const uint8_t *)data)[index] };
  return val;
}

static wasmtime_component_val_t variant(const char *discriminant, wasmtime_component_val_t payload) {
  return (wasmtime_component_val_t){
    .kind = COMPONENT_VARIANT, .of.variant = { name(discriminant, strlen(discriminant)), wasmtime_component_val_new(&payload) } };
}

static wasmtime_component_val_t some(wasmtime_component_val_t payload) {
  return (wasmtime_component_val_t){ .kind = COMPONENT_OPTION, .of.option = wasmtime_component_val_new(&payload) };
}

static wasmtime_component_val_t string(const boundary_text_t *text) {
  return variant("string", (wasmtime_component_val_t){ .kind = COMPONENT_STRING, .of.string = name(text->data, text->count) });
}

static wasmtime_component_val_t u64(uint64_t value) { return (wasmtime_component_val_t){ .kind = COMPONENT_U64, .of.u64 = value }; }
static wasmtime_component_val_t u32(uint32_t value) { return (wasmtime_component_val_t){ .kind = COMPONENT_U32, .of.u32 = value }; }

typedef struct { const char *name; wasmtime_component_val_t val; } field_t;

static wasmtime_component_val_t record(size_t count, const field_t *fields) {
  wasmtime_component_val_t val = { .kind = COMPONENT_RECORD };
  wasmtime_component_valrecord_new_uninit(&val.of.record, count);
  for (size_t index = 0; index < count; index++) {
    val.of.record.data[index] = (wasmtime_component_valrecord_entry_t){ name(fields[index].name, strlen(fields[index].name)), fields[index].val };
  }
  return val;
}

static bool buffer(boundary_component_t *guest, const void *resource, wasmtime_component_val_t *val) {
  *val = (wasmtime_component_val_t){ .kind = COMPONENT_RESOURCE };
  wasmtime_component_resource_host_t *host = wasmtime_component_resource_host_new(true, boundary_insert(&guest->handles, resource), BUFFER_TYPE);
  bool done = boundary_succeeded(wasmtime_component_resource_host_to_any(guest->context, host, &val->of.resource), NULL);
  wasmtime_component_resource_host_delete(host);
  return done;
}

static wasmtime_component_val_t data_model(const boundary_message_t *message, wasmtime_component_val_t payload) {
  wasmtime_component_val_t time = record(2, (field_t[]){ { "secs", u64(message->seconds) }, { "nanos", u32(message->nanoseconds) } });
  wasmtime_component_val_t timestamp = record(
    3, (field_t[]){ { "timestamp", time }, { "counter", u64(message->counter) }, { "node-id", string(&message->node) } });
  wasmtime_component_val_t properties = list(COMPONENT_LIST, 3);
  for (size_t index = 0; index < 3; index++) {
    wasmtime_component_val_t pair = list(COMPONENT_TUPLE, 2);
    for (size_t side = 0; side < 2; side++) pair.of.list.data[side] = string(&message->properties[index][side]);
    properties.of.list.data[index] = pair;
  }
  return variant("message", record(6, (field_t[]){
    { "timestamp", timestamp },
    { "topic", variant("bytes", bytes(message->topic.data, message->topic.count)) },
    { "content-type", some(string(&message->content_type)) },
    { "payload", variant("buffer", payload) },
    { "properties", record(1, (field_t[]){ { "user-properties", properties } }) },
    { "schema", some(variant("registry-reference", string(&message->schema))) },
  }));
}

// --- calls -------------------------------------------------------------------------------------------------------------------

// Deletes the argument; the caller deletes the result. wasmtime drops what a result was before, so that it must be a value.
static bool call(boundary_component_t *guest, wasmtime_component_val_t *argument, wasmtime_component_val_t *result) {
  bool done = boundary_succeeded(
    wasmtime_component_func_call(&guest->function, guest->context, argument, argument ? 1 : 0, result, result ? 1 : 0), NULL);
  if (argument) wasmtime_component_val_delete(argument);
  return done;
}

bool boundary_component_nothing(boundary_component_t *guest, size_t count) {
  for (; count; count--) if (!call(guest, NULL, NULL)) return false;
  return true;
}

bool boundary_component_take(boundary_component_t *guest, const uint8_t *data, size_t size, size_t count) {
  for (; count; count--) {
    wasmtime_component_val_t argument = bytes(data, size);
    if (!call(guest, &argument, NULL)) return false;
  }
  return true;
}

bool boundary_component_give(boundary_component_t *guest, uint8_t *data, size_t size, size_t count) {
  for (; count; count--) {
    wasmtime_component_val_t argument = u32((uint32_t)size), result = { .kind = COMPONENT_BOOL };
    if (!call(guest, &argument, &result)) return false;
    bool right = result.kind == COMPONENT_LIST && result.of.list.size == size;
    for (size_t index = 0; right && index < size; index++) data[index] = result.of.list.data[index].of.u8;
    wasmtime_component_val_delete(&result);
    if (!right) return false;
  }
  return true;
}

bool boundary_component_filter(boundary_component_t *guest, const boundary_message_t *message, size_t count) {
  for (; count; count--) {
    wasmtime_component_val_t payload;
    if (!buffer(guest, message, &payload)) return false;
    wasmtime_component_val_t argument = data_model(message, payload), result = { .kind = COMPONENT_BOOL };
    if (!call(guest, &argument, &result)) return false;
    bool passes = result.kind == COMPONENT_RESULT && result.of.result.is_ok && result.of.result.val && result.of.result.val->of.boolean;
    wasmtime_component_val_delete(&result);
    if (!passes) return false;
  }
  return true;
}
