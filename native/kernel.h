// What the kernel does, for the bindings: trains an MLP or a residual network under the focal loss and its relatives, chunk by chunk, in memory that the caller owns.
#pragma once
#include <stddef.h>
#include <stdint.h>

// A shape is int32s {activation, optimizer, batch size, number of layers n, n + 1 widths, n kinds (LayerKind of network.h)}. The whole state of a trainer lies
// in one area: first this directory, whose offsets are in bytes from the area's start.
struct Directory {
  int32_t positions;  // room in rows, partners and share
  int32_t block;      // rows that one evaluate or predict can take
  int32_t settings;   // struct Settings
  int32_t sums;       // doubles: train leaves the rows predicted correctly, then each step's sum of losses; evaluate leaves the
                      // sums of the losses and of the cross-entropies
  int32_t alpha;      // float per class
  int32_t rows;       // int32 dataset row per position: what train, evaluate and predict read
  int32_t partners;   // int32 dataset row per position, with mixup
  int32_t share;      // float per position, with mixup: what `rows` keeps
  int32_t classes;    // int32 per row of a block: the arg-max that evaluate leaves
  int32_t logits;     // block × classes floats that predict leaves
  int32_t state;      // weights, memories, step count as floats: what load reads and save writes
  int32_t offsets;    // float per class, where settings have them
  int32_t margins;    // float per class, where settings have them
};

struct Settings {
  double seed, gamma, learningRate, momentum, weightDecay, dropout, mixup, hasOffsets, hasMargins, polyEpsilon;
};

// One build of the kernel.
struct Kernel {
  const char *instructionSet;
  // Bytes that a trainer needs, 64-aligned by the caller; 0 when that is over 2 GiB, which offsets do not reach.
  uint32_t (*areaBytes)(const int32_t *shape);
  // Clears an area and lays it out.
  void (*prepare)(char *area, const int32_t *shape);
  // Trains on the area's rows, `positions` of them, in steps that are numbered in their epoch from `first` on.
  void (*train)(char *area, const float *features, const int32_t *labels, int32_t epoch, int32_t first, int32_t positions);
  void (*evaluate)(char *area, const float *features, const int32_t *labels, int32_t count);
  void (*predict)(char *area, const float *features, int32_t count);
  void (*load)(char *area);
  void (*save)(char *area);
};
