/// The model and the labels that the snapshot operators embed.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *_Nonnull base;
  size_t count;
} EmbeddedFile;

extern const EmbeddedFile snapshot_model, snapshot_labels;
