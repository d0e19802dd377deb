// Package.swift says which files these are.
#include "CSnapshotEmbedding.h"

static const uint8_t model[] = {
#embed MODEL
};
static const uint8_t labels[] = {
#embed LABELS
};

const EmbeddedFile snapshot_model = {model, sizeof model}, snapshot_labels = {labels, sizeof labels};
