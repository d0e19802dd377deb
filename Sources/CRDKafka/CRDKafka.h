// librdkafka 2.0 or newer, as the system's package manager installs it.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

/// `rd_kafka_produceva` for one message, which Swift cannot call with its unions. Payload and key are copied; headers are taken over if it succeeds.
static inline rd_kafka_resp_err_t millrace_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition, const void *payload, size_t size, const void *key, size_t key_size, int64_t timestamp,
    rd_kafka_headers_t *headers, void *opaque) {
  rd_kafka_vu_t arguments[8] = {
      {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
      {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
      {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)payload, size}},
      {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
      {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = timestamp},
      {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = opaque},
  };
  size_t count = 6;
  if (key) arguments[count++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)key, key_size}};
  if (headers) arguments[count++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers};
  rd_kafka_error_t *error = rd_kafka_produceva(client, arguments, count);
  rd_kafka_resp_err_t code = error ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
  if (error) rd_kafka_error_destroy(error);
  return code;
}

/// A partitioner for which the topic's opaque value is the partition's number.
static inline int32_t millrace_fixed_partition(
    const rd_kafka_topic_t *topic, const void *key, size_t key_size, int32_t partition_count, void *topic_opaque, void *message_opaque) {
  (void)topic, (void)key, (void)key_size, (void)message_opaque;
  return (int32_t)((uintptr_t)topic_opaque % (uintptr_t)partition_count);
}
