// The functions of trees.cc for one instruction set.
#pragma once
#include <stdint.h>

struct TreeKernel {
  // Calls function `what` of those that src/train/trees/tree-kernel.ts names, with its arrays and numbers.
  void (*call)(int32_t what, void *const *buffers, const double *numbers);
};
