// A map in C, without a C library or bindings: the canonical ABI by hand.
//
// The payload is a number in decimal. The answer is the mean of the last four, which is also printed, logged, counted and stored; the topic,
// a buffer or bytes, goes back as it came. Other payloads are refused, and "exit" and "abort" end the operator.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

// ---------------------------------------------------------------- types, laid out as the canonical ABI lays them out

typedef struct { const char *start; size_t length; } string;
typedef struct { uint8_t is_bytes; union { uint32_t buffer; string bytes; }; } buffer_or_bytes;
typedef struct { uint64_t seconds; uint32_t nanoseconds; uint64_t counter; buffer_or_bytes node; } timestamp;
typedef struct { uint8_t is_some; buffer_or_bytes value; } optional_text;
typedef struct {
  timestamp time;
  buffer_or_bytes topic;
  optional_text content_type;
  buffer_or_bytes payload;
  struct { const void *start; size_t count; } properties;
  struct { uint8_t is_some; struct { uint8_t is_inline; buffer_or_bytes name, content; } value; } schema;
} message;
typedef struct { uint8_t kind; message message; } data_model;
typedef struct { uint8_t is_error; union { data_model data; string error; } value; } result;
_Static_assert(sizeof(timestamp) == 40 && sizeof(message) == 120 && sizeof(data_model) == 128 && sizeof(result) == 136, "the canonical ABI's layout");

// ---------------------------------------------------------------- imports

IMPORT("wasm-graph:processor/types@1.1.0", "[method]buffer.read") void buffer_read(uint32_t buffer, string *bytes);
IMPORT("wasm-graph:processor/types@1.1.0", "[resource-drop]buffer") void buffer_drop(uint32_t buffer);
IMPORT("wasm-graph:processor/logger@1.1.0", "log") void log_line(int level, const char *context, size_t, const char *text, size_t);
IMPORT("wasm-graph:processor/metrics@1.1.0", "add-to-counter")
void add_to_counter(const char *name, size_t, int kind, uint64_t value, int has_labels, const void *labels, size_t, void *result);
IMPORT("wasm-graph:processor/state-store@1.1.0", "set") void state_store_set(void *arguments, void *result);
IMPORT("wasi:cli/environment@0.2.9", "get-environment") void get_environment(string *list);
IMPORT("wasi:cli/exit@0.2.9", "exit") void exit_with(int is_error);
IMPORT("wasi:cli/stdout@0.2.9", "get-stdout") uint32_t get_stdout(void);
IMPORT("wasi:io/streams@0.2.9", "[method]output-stream.blocking-write-and-flush")
void write_and_flush(uint32_t stream, const char *text, size_t, void *result);
IMPORT("wasi:io/streams@0.2.9", "[resource-drop]output-stream") void output_stream_drop(uint32_t stream);
IMPORT("wasi:clocks/monotonic-clock@0.2.9", "now") uint64_t monotonic_now(void);
IMPORT("wasi:random/random@0.2.9", "get-random-u64") uint64_t random_u64(void);

// ---------------------------------------------------------------- memory: what a call takes is given back after it

extern char __heap_base;
static uintptr_t next;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t size) {
  if (!next) next = (uintptr_t)&__heap_base;
  uintptr_t start = (next + alignment - 1) & ~(alignment - 1);
  next = start + size;
  size_t available = __builtin_wasm_memory_size(0) << 16;
  if (next > available && __builtin_wasm_memory_grow(0, (next - available + 0xffff) >> 16) == (size_t)-1) __builtin_trap();
  for (size_t i = 0; i < old_size; i++) ((char *)start)[i] = ((char *)old)[i];
  return (void *)start;
}

// ---------------------------------------------------------------- the operator

static int64_t values[4];
static size_t count;
static result answer;
static char text[32];

static string literal(const char *start) {
  string text = {start, 0};
  while (start[text.length]) text.length++;
  return text;
}

static bool equal(string left, const char *right) {
  string other = literal(right);
  if (left.length != other.length) return false;
  for (size_t i = 0; i < left.length; i++)
    if (left.start[i] != right[i]) return false;
  return true;
}

static string decimal(int64_t value) {
  char *end = text + sizeof text, *start = end;
  uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  do *--start = '0' + rest % 10;
  while (rest /= 10);
  if (value < 0) *--start = '-';
  return (string){start, end - start};
}

static bool parse(string digits, int64_t *value) {
  bool is_negative = digits.length && *digits.start == '-';
  if (is_negative) digits.start++, digits.length--;
  if (!digits.length || digits.length > 9) return false;
  *value = 0;
  for (size_t i = 0; i < digits.length; i++) {
    if (digits.start[i] < '0' || digits.start[i] > '9') return false;
    *value = *value * 10 + digits.start[i] - '0';
  }
  if (is_negative) *value = -*value;
  return true;
}

static result *refuse(const char *reason) {
  answer.is_error = 1;
  answer.value.error = literal(reason);
  return &answer;
}

static void print(string line) {
  uint32_t stream = get_stdout(), failure[2];
  write_and_flush(stream, line.start, line.length, failure);
  write_and_flush(stream, "\n", 1, failure);
  output_stream_drop(stream);
}

static bool store(const char *key, string value) {
  struct {
    string key, value;
    struct { uint8_t is_some; uint64_t seconds; uint32_t nanoseconds; } timeout;
    struct { uint8_t is_some; uint64_t seconds; uint32_t nanoseconds; uint64_t counter; string node; } token;
    struct { uint8_t conditions; struct { uint8_t is_some; uint64_t seconds; uint32_t nanoseconds; } expires; } options;
  } arguments = {.key = literal(key), .value = value, .options.conditions = 2};
  struct { uint8_t is_error; uint64_t words[8]; } outcome;
  state_store_set(&arguments, &outcome);
  return !outcome.is_error;
}

EXPORT("wasm-graph:processor/map@1.1.0#init") int init(const string *properties, size_t property_count, const void *schemas, size_t schema_count) {
  string environment;
  get_environment(&environment);
  uint64_t start = monotonic_now();
  return environment.length == 0 && start <= monotonic_now() && random_u64() != random_u64();
}

EXPORT("wasm-graph:processor/map@1.1.0#process") result *process(data_model *data) {
  if (data->kind != 1) return refuse("average wants messages");
  buffer_or_bytes *payload = &data->message.payload;
  string digits = payload->bytes;
  if (!payload->is_bytes) {
    buffer_read(payload->buffer, &digits);
    buffer_drop(payload->buffer);
  }
  if (equal(digits, "exit")) exit_with(1);
  if (equal(digits, "abort")) __builtin_trap();
  int64_t value;
  if (!parse(digits, &value)) return refuse("the payload is not a number");

  values[count++ % 4] = value;
  size_t known = count < 4 ? count : 4;
  int64_t sum = 0;
  for (size_t i = 0; i < known; i++) sum += values[i];
  string mean = decimal(sum / (int64_t)known);

  print(mean);
  log_line(2, "average", 7, mean.start, mean.length);
  uint64_t failure[4];
  add_to_counter("items", 5, 0, 1, 0, NULL, 0, failure);
  if (!store("mean", mean)) return refuse("the state store failed");

  answer.is_error = 0;
  answer.value.data = *data;
  payload = &answer.value.data.message.payload;
  payload->is_bytes = 1;
  payload->bytes = mean;
  return &answer;
}

EXPORT("cabi_post_wasm-graph:processor/map@1.1.0#process") void process_done(result *returned) { next = 0; }

// The compiler makes calls to these out of assignments.
void *memcpy(void *target, const void *source, size_t size) {
  for (size_t i = 0; i < size; i++) ((char *)target)[i] = ((const char *)source)[i];
  return target;
}

void *memset(void *target, int byte, size_t size) {
  for (size_t i = 0; i < size; i++) ((char *)target)[i] = (char)byte;
  return target;
}
